import Glibc
import RackCore

/// A recording as a candump log, for `rackctl replay`.
enum LogMaker {
  /// Writes the frames of a recording so many times, each time later; false where that fails.
  static func write(_ recording: Recording, times: Int, interface: String, to path: String) -> Bool
  {
    guard let file = unsafe fopen(path, "w") else { return false }
    let length = (recording.moments.last ?? Instant()) - (recording.moments.first ?? Instant())
    var text: [UInt8] = []
    for round in 0..<times {
      let shift = 1_700_000_000_000_000_000 + length.nanoseconds * Int64(round)
      for frame in recording.frames {
        line(frame, at: frame.stamp.nanoseconds + shift, interface, into: &text)
        if text.count > 1 << 20 {
          unsafe fwrite(text, 1, text.count, file)
          text.removeAll(keepingCapacity: true)
        }
      }
    }
    unsafe fwrite(text, 1, text.count, file)
    return unsafe fclose(file) == 0
  }

  private static func line(
    _ frame: CANFrame, at nanoseconds: Int64, _ interface: String, into text: inout [UInt8]
  ) {
    let digits = Array("0123456789ABCDEF".utf8)
    let fraction = String(nanoseconds % 1_000_000_000 / 1_000 + 1_000_000).dropFirst()
    text += Array("(\(nanoseconds / 1_000_000_000).\(fraction)) \(interface) ".utf8)
    let isExtended = frame.identifier & CANFrame.extendedBit != 0
    var shift = isExtended ? 28 : 8
    while shift >= 0 {
      text.append(digits[Int(frame.identifier >> UInt32(shift) & 15)])
      shift -= 4
    }
    text.append(35)
    for index in 0..<Int(frame.length) {
      text.append(digits[Int(frame.data[index] >> 4)])
      text.append(digits[Int(frame.data[index] & 15)])
    }
    text.append(10)
  }
}
