import RackCore

/// Writes the bytes of an archive walk.
struct ByteWriter: Archive {
  var bytes: [UInt8] = []

  mutating func transfer(bits: inout UInt64, byteCount: Int) {
    for index in 0..<byteCount {
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index)))
    }
  }
}

/// Reads them back; past the end it reads zeros and says so.
struct ByteReader: Archive {
  var bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func transfer(bits: inout UInt64, byteCount: Int) {
    bits = 0
    for index in 0..<byteCount {
      if position < bytes.count { bits |= UInt64(bytes[position]) << UInt64(8 * index) }
      position += 1
    }
  }
}

/// A classic frame with these payload bytes.
func frame(_ identifier: UInt32, _ payload: [UInt8], at stamp: Instant = Instant()) -> CANFrame {
  var frame = CANFrame(identifier: identifier, length: UInt8(payload.count), stamp: stamp)
  for (index, byte) in payload.enumerated() { frame.data[index] = byte }
  return frame
}

/// The payload bytes of a frame.
func payload(_ frame: CANFrame) -> [UInt8] { (0..<Int(frame.length)).map { frame.data[$0] } }
