import Testing

@testable import RackProfile

/// Reads `text` and gives the database with whatever was found.
private func reading(_ text: String) -> DBCFile {
  DBCFile.reading(Array(text.utf8), name: "t.dbc")
}

private func findings(_ text: String) -> [String] {
  reading(text).findings.sorted.map(\.description)
}

@Suite struct DBCReaderTests {
  static let small = """
    VERSION "1"
    NS_ :
    \tCM_
    \tBA_
    BS_:
    BU_: Rack Module

    BO_ 2566869221 Long: 8 Module
     SG_ Selector M : 7|4@0+ (1,0) [0|15] "" Rack
     SG_ Nested m1M : 8|8@1+ (1,0) [0|0] "" Rack
     SG_ Deep m3 : 16|12@1- (0.1,-40) [-40|125] "degC" Rack,Module
     SG_ Real m2 : 16|32@1- (1,0) [0|0] "" Rack
    BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX
     SG_ Loose : 0|8@1+ (1,0) [0|0] "" Vector__XXX
    EV_ Something: 0 [0|1] "" 0 1 DUMMY_NODE_VECTOR0 Vector__XXX;
    SIG_GROUP_ 5 Group 1 : A B;
    CM_ SG_ 2566869221 Deep "a comment; with a semicolon,
    over two lines and a \\"quote\\"";
    BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;
    BA_DEF_DEF_ "GenMsgCycleTime" 0;
    BA_ "GenMsgCycleTime" BO_ 2566869221 100;
    BA_ "VFrameFormat" BO_ 2566869221 15;
    BA_ "GenSigStartValue" SG_ 2566869221 Deep 5;
    VAL_ 2566869221 Selector 1 "one" 2 "two" ;
    SIG_VALTYPE_ 2566869221 Real : 1;
    SG_MUL_VAL_ 2566869221 Deep Nested 3-3, 7-9;
    """

  @Test func everySectionLandsWhereItBelongs() throws {
    let file = reading(Self.small)
    #expect(file.findings.sorted == [])
    let message = try #require(file.message("Long"))
    #expect(file.messages.count == 1)
    #expect(file.nodes == ["Rack", "Module"])
    #expect(message.id == 0x18FF_50E5 && message.isExtended)
    #expect(message.cycleMilliseconds == 100 && message.timeoutMilliseconds == 300)
    #expect(message.isFlexibleDataRate)
    #expect(file.skippedSections == ["EV_": 1, "SIG_GROUP_": 1])
    let deep = try #require(message.signal("Deep"))
    #expect(deep.selection == .init(selector: "Nested", ranges: [3...3, 7...9]))
    #expect(deep.comment.hasPrefix("a comment; with a semicolon,\n"))
    #expect(deep.encoding == .signed && deep.scale == 0.1 && deep.offset == -40)
    #expect(deep.startValue == 5 && deep.unit == "degC" && deep.receivers == ["Rack", "Module"])
    #expect(message.signal("Selector")?.labels == [1: "one", 2: "two"])
    #expect(message.signal("Nested")?.selection?.selector == "Selector")
    #expect(message.signal("Real")?.encoding == .float32)
  }

  @Test func motorolaBitsRunSawTooth() throws {
    let file = reading(
      """
      BO_ 1 A: 8 X
       SG_ First : 51|13@0+ (1,0) [0|0] "" X
       SG_ Low : 0|4@1+ (1,0) [0|0] "" X
      """)
    let signal = try #require(file.message("A")?.signal("First"))
    // Bits 51…48 of byte 6, then all of byte 7's upper bits: most significant first.
    #expect(signal.bits.reversed() == [51, 50, 49, 48, 63, 62, 61, 60, 59, 58, 57, 56, 71])
  }

  @Test func placesPointAtTheDefinition() throws {
    let message = try #require(reading(Self.small).message("Long"))
    #expect(message.place.line == 8 && message.place.column == 1)
    #expect(message.signals[2].place.line == 11 && message.signals[2].place.column == 6)
    #expect(message.signals[2].place.path == "Long.Deep")
  }

  @Test func latin1CommentsAreText() {
    var bytes = Array("BO_ 1 A: 8 X\nCM_ BO_ 1 \"".utf8)
    bytes += [0xB0, 0x43] + Array("\";\n".utf8)
    #expect(DBCFile.reading(bytes, name: "t").message("A")?.comment == "°C")
  }

  @Test func everyMistakeIsReportedWithItsLine() {
    let found = findings(
      """
      BO_ 1 A: 8 X
       SG_ One : 0|9@1+ (1,0) [0|0] "" X
       SG_ Two : 8|8@1+ (1,0) [0|0] "" X
       SG_ Two : 20|4@1+ (1,0) [0|0] "" X
       SG_ Out : 60|8@1+ (1,0) [0|0] "" X
       SG_ Bad : 24|8@2+ (1,0) [0|0] "" X
       SG_ Lost m0 : 32|8@1+ (1,0) [0|0] "" X
      BO_ 1 B: 8 X
      BO_ 2 A: 8 X
      BO_ 5000 C: 8 X
      hello
      BA_ "GenMsgCycleTime" BO_ 77 10;
      VAL_ 1 One 0 "never ends ;
      """)
    let lines = found.map { $0.split(separator: ":")[1] }
    #expect(lines == ["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"])
    #expect(found[0].contains("byte 1, bit 0") && found[0].contains("A.Two"))
    #expect(found[9].contains("warning"))
  }

  @Test func signalsOfDifferentSelectionsMayShareBits() {
    #expect(
      findings(
        """
        BO_ 1 A: 8 X
         SG_ S M : 0|8@1+ (1,0) [0|0] "" X
         SG_ P m0 : 8|8@1+ (1,0) [0|0] "" X
         SG_ Q m1 : 8|8@1+ (1,0) [0|0] "" X
        """) == [])
  }

  @Test(arguments: [
    "", "BO_", "BO_ 1", "SG_ x : ", "\"", "VAL_ 1 a 1 \"", "BO_ 99999999999999999999 A: 8 X",
    "BO_ 1 A: 8 X\n SG_ s : 511|64@0+ (1,0) [0|0] \"\" X", "NS_ :", "CM_ \"\\", "BU_: a b BO_",
    "SG_MUL_VAL_ 1 a b -9223372036854775808;",
    "BO_ 1 A: 0 X\n SG_ s : 0|1@1- (1e999,0) [0|0] \"\" X",
  ])
  func oddTextsAreFindingsNotCrashes(text: String) {
    _ = reading(text)
    for length in 0..<min(text.utf8.count, 60) {
      _ = DBCFile.reading(Array(text.utf8.prefix(length)), name: "cut")
    }
  }

  @Test func randomCutsAndFlipsNeverCrash() {
    var random = SystemRandomNumberGenerator()
    let seed = random.next() as UInt64
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let bytes = Array(Self.small.utf8)
    for _ in 0..<300 {
      var mutated = bytes
      for _ in 0..<4 { mutated[next(mutated.count)] = UInt8(next(256)) }
      let file = DBCFile.reading(Array(mutated.prefix(next(mutated.count))), name: "seed \(seed)")
      #expect(file.messages.count < 50, "seed \(seed)")
    }
  }
}
