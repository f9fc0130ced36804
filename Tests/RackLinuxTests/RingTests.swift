import Glibc
import RackCore
import Synchronization
import Testing

@testable import RackLinux

@Suite struct RingTests {
  @Test func framesOfTwoThreadsKeepTheirOrderAndLossesAreCounted() throws {
    let ring = FrameRing(capacity: 64)
    let total: UInt32 = 50_000
    let producer = try RealtimeThread(name: "producer") {
      for number in 1...total { ring.put(numbered(number)) }
    }
    let batch = FrameBatch(capacity: 16)
    var last: UInt32 = 0
    var seen: UInt32 = 0
    var isOrdered = true
    while seen + ring.dropped < total {
      batch.removeAll()
      ring.drain(into: batch)
      for index in 0..<batch.count {
        let number = number(of: batch[index])
        isOrdered = isOrdered && number > last
        last = number
        seen += 1
      }
    }
    producer.join()
    #expect(isOrdered)
    #expect(seen + ring.dropped == total)
  }

  @Test func aFullFrameRingDropsTheNewest() {
    let ring = FrameRing(capacity: 4)
    for number in 1...6 { ring.put(numbered(UInt32(number))) }
    let batch = FrameBatch()
    ring.drain(into: batch)
    #expect((0..<batch.count).map { number(of: batch[$0]) } == [1, 2, 3, 4])
    #expect(ring.dropped == 2)
  }

  @Test func aBatchTakesNoMoreThanItHoldsAndTheRestWaits() {
    let ring = FrameRing(capacity: 8)
    for number in 1...5 { ring.put(numbered(UInt32(number))) }
    let batch = FrameBatch(capacity: 3)
    ring.drain(into: batch)
    #expect(batch.count == 3)
    batch.removeAll()
    ring.drain(into: batch)
    #expect((0..<batch.count).map { number(of: batch[$0]) } == [4, 5])
  }

  @Test func recordsOfTwoThreadsArriveWhole() throws {
    let ring = ByteRing(capacity: 4099)
    let total = 5_000
    let producer = try RealtimeThread(name: "producer") {
      var bytes = [UInt8](repeating: 0, count: 300)
      for number in 0..<total {
        let count = number % 300
        for index in 0..<count { bytes[index] = UInt8(truncatingIfNeeded: number) }
        while !ring.put(bytes[0..<count]) { sched_yield() }
      }
    }
    var record: [UInt8] = []
    var isWhole = true
    for number in 0..<total {
      while !ring.take(&record) { sched_yield() }
      isWhole =
        isWhole && record.count == number % 300
        && record.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) }
    }
    producer.join()
    #expect(isWhole)
  }

  @Test func aFullByteRingTakesNothingOfARecord() {
    let ring = ByteRing(capacity: 4096)
    let record = [UInt8](repeating: 7, count: 3000)
    #expect(ring.put(record[...]))
    #expect(!ring.put(record[...]))
    var taken: [UInt8] = []
    #expect(ring.take(&taken))
    #expect(taken == record)
    #expect(!ring.take(&taken))
  }

  @Test func aCommandIsTakenOnceAndItsAnswerCollectedOnce() {
    let slot = CommandSlot()
    var command = OperatorCommand()
    command.id = 7
    #expect(slot.take() == nil)
    #expect(slot.offer(command))
    #expect(!slot.offer(command))
    #expect(slot.take()?.id == 7)
    #expect(slot.take() == nil)
    #expect(!slot.withdraw())
    #expect(slot.collect() == nil)
    var answer = CommandAnswer()
    answer.id = 7
    slot.reply(answer)
    #expect(slot.collect()?.id == 7)
    #expect(slot.collect() == nil)
    #expect(slot.offer(command))
    #expect(slot.withdraw())
    #expect(slot.take() == nil)
  }
}

extension ByteRing {
  /// Puts bytes one by one.
  fileprivate func put(_ bytes: ArraySlice<UInt8>) -> Bool {
    var writer = begin()
    for var byte in bytes { writer.transfer(&byte) }
    return finish(writer)
  }
}
