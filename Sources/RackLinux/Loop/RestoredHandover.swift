import RackCore
import Synchronization

/// Hands what must outlive a restart from the loop thread to the journal thread; neither waits.
@safe
final class RestoredHandover: @unchecked Sendable {
  private var box = Boxed<Restored>()
  private let isFull = Atomic<Bool>(false)

  /// Loop thread: fills the box, unless the last content still waits; whether it did.
  func offer(_ fill: (inout Restored) -> Void) -> Bool {
    guard !isFull.load(ordering: .acquiring) else { return false }
    fill(&box.value)
    isFull.store(true, ordering: .releasing)
    return true
  }

  /// Journal thread: uses the content, if there is any.
  func take(_ use: (inout Restored) -> Void) {
    guard isFull.load(ordering: .acquiring) else { return }
    use(&box.value)
    isFull.store(false, ordering: .releasing)
  }
}
