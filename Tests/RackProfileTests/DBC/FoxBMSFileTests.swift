import Foundation
import RackProfile
import Testing

/// The real file lies beside the repository, where there is one.
enum FoxBMSFile {
  static let path =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/reference/dbc/foxbms.dbc").standardized.path
  static var isHere: Bool { FileManager.default.fileExists(atPath: path) }
}

@Suite(.enabled(if: FoxBMSFile.isHere, "needs ../shared/reference/dbc/foxbms.dbc"))
struct FoxBMSFileTests {
  @Test func theWholeFileReadsWithoutAFinding() throws {
    let file = try DBCFile(contentsOf: FoxBMSFile.path)
    #expect(file.findings.sorted == [])
    #expect(file.messages.count == 41)
    #expect(file.messages.map(\.signals.count).reduce(0, +) == 2075)
    #expect(file.skippedSections == [:])
  }

  @Test func theMessagesOfTheBenchAreAsDocumented() throws {
    let file = try DBCFile(contentsOf: FoxBMSFile.path)
    let voltages = try #require(file.message(id: 0x270, isExtended: false))
    #expect(voltages.byteCount == 8 && voltages.signals.count == 433)
    let cell = try #require(voltages.signal("CellVoltage_009"))
    #expect(cell.startBit == 30 && cell.bitCount == 13)
    #expect(cell.selection?.ranges == [2...2])
    #expect(cell.byteOrder == .motorola && cell.scale == 1 && cell.unit == "mV")
    #expect(file.message(id: 0x521, isExtended: false)?.byteCount == 6)
  }
}
