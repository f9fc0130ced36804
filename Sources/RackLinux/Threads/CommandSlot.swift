public import RackCore
import Synchronization

/// The one-slot mailbox between the control socket (main thread) and the loop thread.
///
/// ```
///           offer            take             answer           collect
///   empty ────────▶ offered ──────▶ taken ─────────▶ answered ─────────▶ empty
///              ▲        │ withdraw
///              └────────┘
/// ```
@safe
public final class CommandSlot: @unchecked Sendable {
  private let stage = Atomic<UInt8>(0)
  private var command = OperatorCommand()
  private var answer = CommandAnswer()

  private static let empty: UInt8 = 0
  private static let offered: UInt8 = 1
  private static let taken: UInt8 = 2
  private static let answered: UInt8 = 3

  /// An empty slot.
  public init() {}

  /// Main thread: leaves a command; false when the slot is in use.
  public func offer(_ command: OperatorCommand) -> Bool {
    guard stage.load(ordering: .acquiring) == CommandSlot.empty else { return false }
    self.command = command
    stage.store(CommandSlot.offered, ordering: .releasing)
    return true
  }

  /// Main thread: takes a command back that the loop has not seen; false when it has.
  public func withdraw() -> Bool {
    stage.compareExchange(
      expected: CommandSlot.offered, desired: CommandSlot.empty,
      ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Main thread: the answer, once there is one; the slot is then empty.
  public func collect() -> CommandAnswer? {
    guard stage.load(ordering: .acquiring) == CommandSlot.answered else { return nil }
    let answer = self.answer
    stage.store(CommandSlot.empty, ordering: .releasing)
    return answer
  }

  /// Loop thread: the command that waits, if any.
  public func take() -> OperatorCommand? {
    let exchange = stage.compareExchange(
      expected: CommandSlot.offered, desired: CommandSlot.taken, ordering: .acquiringAndReleasing)
    return exchange.exchanged ? command : nil
  }

  /// Loop thread: answers what `take` gave.
  public func reply(_ answer: CommandAnswer) {
    guard stage.load(ordering: .relaxed) == CommandSlot.taken else { return }
    self.answer = answer
    stage.store(CommandSlot.answered, ordering: .releasing)
  }
}
