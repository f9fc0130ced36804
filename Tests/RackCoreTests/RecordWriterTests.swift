import Testing

@testable import RackCore

/// The checkpoint as the loop writes it: the same bytes as every other archive, and never longer than
/// was said at the start.
@Suite struct RecordWriterTests {
  private struct Written {
    var memory: [UInt8]
    var count = 0
    var fits = false
  }

  private static func written(_ rig: Rig, room: Int) -> Written {
    var written = Written(memory: [UInt8](repeating: 0xA5, count: room))
    unsafe written.memory.withUnsafeMutableBytes {
      var writer = unsafe RecordWriter(into: $0)
      rig.controller.value.writeState(to: &writer)
      written.count = writer.count
      written.fits = writer.isWhole
    }
    return written
  }

  private static func archived(_ rig: Rig) -> [UInt8] {
    var archive = ByteWriter()
    rig.controller.value.transferState(&archive)
    return archive.bytes
  }

  @Test func bytesAreThoseOfTheWalk() {
    let rig = Rig()
    rig.run(milliseconds: 300)
    let walked = Self.archived(rig)
    let all = Self.written(rig, room: walked.count)
    #expect(all.fits && all.count == walked.count && all.memory == walked)
    let short = Self.written(rig, room: walked.count - 1)
    #expect(!short.fits && short.count == walked.count, "what does not fit is counted")
    #expect(short.memory.starts(with: walked.prefix(1_000)))
  }

  @Test func atTheEndOfTheMemoryItGoesOnAtItsBeginning() {
    for start in 0..<16 {
      var memory = [UInt8](repeating: 0xA5, count: 16)
      var isWhole = [true, true]
      unsafe memory.withUnsafeMutableBytes {
        var writer = unsafe RecordWriter(into: $0, at: start, room: 14)
        var (long, short, byte) = (UInt64(0x0807_0605_0403_0201), UInt32(0x0c0b_0a09), UInt8(0x0d))
        writer.transfer(&long)
        writer.transfer(&short)
        writer.transfer(&byte)
        isWhole[0] = writer.isWhole
        writer.transfer(&short)
        isWhole[1] = writer.isWhole
      }
      let written = (0..<16).map { memory[(start + $0) % 16] }
      #expect(written == Array(1...13) + [0xA5, 0xA5, 0xA5] && isWhole == [true, false])
    }
  }

  @Test func noStateIsLongerThanWasSaidAtTheStart() {
    let rig = Rig()
    let longest = rig.controller.value.longestState()
    #expect(rig.close())
    for cell in 0..<Int(rig.controller.value.plan.topology.cellCount) {
      rig.controller.value.state.estimator.trials[cell].count = Int32(CellTrials.room)
    }
    rig.controller.value.state.prechargeCurve.count = 64
    let length = Self.archived(rig).count
    #expect(length <= longest)
    #expect(2 * length > longest, "and it is not said much too long")
  }
}
