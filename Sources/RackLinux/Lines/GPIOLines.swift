import CGPIO
import Glibc
public import RackCore
import Synchronization

/// Lines of a GPIO chip of the kernel, through libgpiod: by name, exclusively.
///
/// Outputs are inactive from the moment they are outputs: direction and level are set in one call, so
/// there is no glitch. What they do when the process dies is the chip's affair and the board's:
/// `docs/realtime.md`. A chip that fails stays failed until the process starts again, so that its lines
/// come back through a request, and not in the middle of a step.
@safe
public final class GPIOLines: LinePort, @unchecked Sendable {
  /// The chip's device.
  public let name: String
  /// Inputs that the chip gives no edges for; they are sampled at each step only.
  public let inputsWithoutEdges: Int
  private let lines: OpaquePointer
  private let known: UInt32
  private let isGone = Atomic<Bool>(false)

  // The loop thread's own.
  private var lastLevels: UInt32?
  private var lastWrite = Instant()

  /// An unchanged output is written again after this, so that a dead chip is noticed.
  public static let refreshTime = Interval.milliseconds(50)

  /// Requests the lines; every output is inactive when this returns.
  public init(
    path: String, inputs: [LineRequest], outputs: [LineRequest], consumer: String
  ) throws {
    name = path
    known = inputs.isEmpty ? 0 : UInt32.max >> UInt32(32 - min(inputs.count, 32))
    unsafe lines = try GPIOLines.open(path)
    do {
      for line in outputs { try unsafe GPIOLines.add(line, isOutput: true, to: lines, path) }
      for line in inputs { try unsafe GPIOLines.add(line, isOutput: false, to: lines, path) }
      inputsWithoutEdges = try unsafe GPIOLines.request(lines, path, outputs + inputs, consumer)
    } catch {
      unsafe rack_lines_close(lines)
      throw error
    }
  }

  deinit { unsafe rack_lines_close(lines) }

  /// Readable when an input changed.
  public var descriptor: Int32 {
    isGone.load(ordering: .relaxed) ? -1 : unsafe rack_lines_descriptor(lines)
  }

  /// Drives the outputs: one call a change (and one each 50 ms without).
  public func write(_ levels: UInt32, now: Instant) -> Bool {
    if levels == lastLevels, now - lastWrite < GPIOLines.refreshTime { return true }
    lastLevels = nil
    let result = SystemCall.lineWrite.attempt(negated: {
      unsafe rack_lines_write(lines, levels)
    })
    guard result >= 0 else { return false }
    lastLevels = levels
    lastWrite = now
    return true
  }

  /// The inputs, sampled now; nothing is known when the chip does not answer.
  public func levels() -> LineLevels {
    if known == 0 { return LineLevels() }
    var high: UInt32 = 0
    let result = SystemCall.lineRead.attempt(negated: { unsafe rack_lines_read(lines, &high) })
    return result < 0 ? LineLevels() : LineLevels(known: known, high: high)
  }

  /// Takes the edges that wait.
  public func receive() -> UInt32 {
    var changed: UInt32 = 0
    let result = SystemCall.lineRead.attempt(negated: {
      unsafe rack_lines_changes(lines, &changed)
    })
    // A chip that went away is readable for ever; the loop notices by its own calls.
    if result < 0 { isGone.store(true, ordering: .relaxed) }
    return changed
  }

  /// Nothing: a chip that is gone comes back with a restart.
  public func maintain(now: Instant) {}
}

extension GPIOLines {
  /// Places on a chip of lines with these names, for the simulator's side; opens the chip for the time
  /// of the question and requests nothing.
  public static func places(of names: [String], onChip path: String) throws -> [Int] {
    let lines = try unsafe open(path)
    defer { unsafe rack_lines_close(lines) }
    return try names.map { name in
      let place = unsafe rack_lines_place(lines, name)
      guard place >= 0 else {
        throw EdgeError(.configuration, "\(path): no line is called '\(name)'")
      }
      return Int(place)
    }
  }

  /// Who holds each of some lines of a chip now; empty where nobody does.
  public static func holders(
    of names: [String], onChip path: String
  ) throws -> [(line: String, holder: String)] {
    _ = try places(of: names, onChip: path)
    let lines = try unsafe open(path)
    defer { unsafe rack_lines_close(lines) }
    return names.map { name in (name, unsafe holder(of: name, lines)) }
  }

  private static func open(_ path: String) throws(SystemError) -> OpaquePointer {
    var opened: OpaquePointer?
    let result = SystemCall.chip.attempt(negated: {
      var failure: Int32 = 0
      unsafe opened = rack_lines_open(path, &failure)
      return failure
    })
    guard result >= 0, let opened = unsafe opened else {
      let code = result < 0 ? Int32(-result) : EIO
      throw SystemError(call: .chip, code: code, subject: path, advice: advice(for: code))
    }
    return unsafe opened
  }

  private static func add(
    _ line: LineRequest, isOutput: Bool, to lines: OpaquePointer, _ path: String
  ) throws {
    let options = line.wiring.rawValue | (isOutput ? rack_line_output : 0)
    let result = unsafe rack_lines_add(lines, line.name, options)
    switch -result {
    case ...0: return
    case ENOENT:
      throw EdgeError(
        .configuration,
        "\(path): no line is called '\(line.name)'; 'gpioinfo' lists the names, which the board's "
          + "device tree gives (gpio-line-names)")
    case EEXIST:
      throw EdgeError(
        .configuration,
        "\(path): more than one line is called '\(line.name)'; names must be unique on a chip")
    default:
      throw SystemError(
        call: .chip, code: -result, subject: "\(path), line '\(line.name)'", advice: "")
    }
  }

  private static func request(
    _ lines: OpaquePointer, _ path: String, _ wanted: [LineRequest], _ consumer: String
  ) throws -> Int {
    let result = unsafe rack_lines_request(lines, consumer)
    if result >= 0 { return Int(result) }
    if result == -EBUSY {
      for line in wanted {
        let holder = unsafe holder(of: line.name, lines)
        if !holder.isEmpty, holder != consumer {
          throw EdgeError(
            .unavailable,
            "\(path): line '\(line.name)' is held by '\(holder)': stop that process first")
        }
      }
    }
    throw SystemError(call: .chip, code: -result, subject: path, advice: advice(for: -result))
  }

  /// Who uses a line now; empty where nobody does.
  private static func holder(of name: String, _ lines: OpaquePointer) -> String {
    var bytes = [CChar](repeating: 0, count: 64)
    let result = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe rack_lines_holder(lines, name, buffer.baseAddress, Int32(buffer.count))
    }
    if result < 0 { return "" }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func advice(for code: Int32) -> String {
    switch code {
    case ENOENT: "no such chip: 'gpiodetect' lists them; --gpio NAME=/dev/gpiochipN maps one"
    case EACCES, EPERM: "the user needs the group that owns the chip (see the udev rule)"
    case ENOTTY, EINVAL, ENODEV: "this is no GPIO chip, or one without this kind of line"
    default: ""
    }
  }
}
