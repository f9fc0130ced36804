import Glibc
import RackCore
import Testing

@testable import RackLinux

@Suite struct StateFileTests {
  let directory = TemporaryDirectory()

  /// Writes `count` states; the SOC of the first cell is 0.1 for the first, 0.2 for the second …
  private func fill(_ count: Int) throws {
    let file = try StateFile(directory: directory.path)
    var restored = Boxed<Restored>()
    _ = try file.read(into: &restored.value)
    for number in 1...count {
      restored.value.cellCount = 2
      restored.value.soc[0] = Double(number) / 10
      restored.value.latchCount = 1
      restored.value.latches[0] = UInt16(100 + number)
      try file.write(&restored.value)
    }
  }

  private func read() throws -> (outcome: StateFile.Outcome, soc: Double, latch: UInt16) {
    let file = try StateFile(directory: directory.path)
    var restored = Boxed<Restored>()
    let outcome = try file.read(into: &restored.value)
    return (outcome, restored.value.soc[0], restored.value.latches[0])
  }

  @Test func theFirstStartFindsNothing() throws {
    let found = try read()
    #expect(found.outcome == .missing)
    #expect(found.soc == 0)
  }

  @Test(arguments: 1...5) func theNewestStateIsRead(writes: Int) throws {
    try fill(writes)
    let found = try read()
    #expect(found.outcome == .newest)
    #expect(found.soc == Double(writes) / 10)
    #expect(found.latch == UInt16(100 + writes))
  }

  @Test(arguments: [2, 3]) func anyDamageToTheNewerSlotLeavesTheOlder(writes: Int) throws {
    try fill(writes)
    let path = directory.path + "/state.slots"
    let whole = contents(path)
    let slot = (writes - 1) % 2 * StateFile.slotStride
    var lengths = ByteReader(whole, from: slot + 8)
    var length: UInt32 = 0
    lengths.transfer(&length)
    #expect(length > 100)
    for byte in 0..<(16 + Int(length)) {
      var damaged = whole
      damaged[slot + byte] ^= 0x41
      try write(damaged, to: path)
      var found = try read()
      #expect(found.outcome == .older, "byte \(byte) changed")
      #expect(found.soc == Double(writes - 1) / 10, "byte \(byte) changed")
      // A write that stopped here: the rest of the slot is as before, or zero.
      damaged = whole
      for rest in (slot + byte)..<(slot + 16 + Int(length)) { damaged[rest] = 0 }
      guard damaged != whole else { continue }
      try write(damaged, to: path)
      found = try read()
      #expect(found.soc == Double(writes - 1) / 10, "cut at \(byte)")
      if slot > 0 {
        try write(Array(whole[0..<slot + byte]), to: path)
        found = try read()
        #expect(found.soc == Double(writes - 1) / 10, "file cut at \(byte)")
      }
    }
  }

  /// The largest rack that a profile allows, with every latch set, twice: the slots must not touch.
  @Test func everythingOfTheLargestRackComesBack() throws {
    for write in 1...3 {
      let file = try StateFile(directory: directory.path)
      var restored = Boxed<Restored>()
      _ = try file.read(into: &restored.value)
      restored.value.cellCount = 512
      restored.value.latchCount = 96
      for cell in 0..<512 {
        restored.value.soc[cell] = Double(cell + write) / 1_000
        restored.value.health[cell].stepProduct = Double(cell * write)
      }
      for row in 0..<96 { restored.value.latches[row] = UInt16(row + write) }
      restored.value.marker = UInt32(write)
      restored.value.odometer.trips = UInt32(write)
      try file.write(&restored.value)
      let again = try StateFile(directory: directory.path)
      var read = Boxed<Restored>()
      #expect(try again.read(into: &read.value) == .newest)
      #expect(read.value.soc[511] == Double(511 + write) / 1_000)
      #expect(read.value.health[511].stepProduct == Double(511 * write))
      #expect(read.value.latches[95] == UInt16(95 + write))
      #expect(read.value.marker == UInt32(write) && read.value.odometer.trips == UInt32(write))
    }
  }

  /// A state that was written while cells were not yet known must not look like a nearly empty rack.
  @Test func meanStateOfChargeIsThatOfTheCellsItIsKnownOf() {
    var restored = Boxed<Restored>()
    restored.value.cellCount = 4
    #expect(restored.value.socText == "unknown")
    for cell in 0..<2 {
      restored.value.soc[cell] = 0.5 + 0.1 * Double(cell)
      restored.value.sigma[cell] = 0.05
    }
    #expect(restored.value.socText == "55.0 % of 2 cells, 2 unknown")
    for cell in 2..<4 {
      restored.value.soc[cell] = 0.7
      restored.value.sigma[cell] = 0.05
    }
    #expect(restored.value.socText == "62.5 % of 4 cells")
  }

  @Test func twoDamagedSlotsAreUnreadable() throws {
    try fill(2)
    let path = directory.path + "/state.slots"
    var bytes = contents(path)
    bytes[20] ^= 1
    bytes[StateFile.slotStride + 20] ^= 1
    try write(bytes, to: path)
    let found = try read()
    #expect(found.outcome == .unreadable)
    #expect(found.soc == 0)
  }

  @Test func afterDamageTheNextWriteReplacesTheDamagedSlot() throws {
    try fill(2)
    let path = directory.path + "/state.slots"
    var bytes = contents(path)
    bytes[StateFile.slotStride + 20] ^= 1
    try write(bytes, to: path)
    let file = try StateFile(directory: directory.path)
    var restored = Boxed<Restored>()
    #expect(try file.read(into: &restored.value) == .older)
    restored.value.soc[0] = 0.9
    try file.write(&restored.value)
    #expect(contents(path)[0..<StateFile.slotStride] == bytes[0..<StateFile.slotStride])
    let found = try read()
    #expect(found.outcome == .newest)
    #expect(found.soc == 0.9)
  }

  @Test(arguments: [SystemCall.write, .sync]) func aFailedWriteKeepsWhatWasThere(
    call: SystemCall
  ) throws {
    try fill(2)
    let file = try StateFile(directory: directory.path)
    var restored = Boxed<Restored>()
    _ = try file.read(into: &restored.value)
    restored.value.soc[0] = 0.7
    PlannedFailure.plan(call, code: ENOSPC)
    let error = #expect(throws: SystemError.self) { try file.write(&restored.value) }
    #expect(error?.code == ENOSPC)
    try file.write(&restored.value)
    #expect(try read().soc == 0.7)
  }
}
