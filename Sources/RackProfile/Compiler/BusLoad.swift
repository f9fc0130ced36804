/// How long frames occupy a bus, bit stuffing at its worst.
enum BusLoad {
  /// The time of one frame, in seconds.
  static func frameSeconds(
    byteCount: Int, isExtended: Bool, isFlexible: Bool, bitsPerSecond: Int, dataBitsPerSecond: Int
  ) -> Double {
    let rate = Double(bitsPerSecond)
    let payload = Double(byteCount * 8)
    if isFlexible, dataBitsPerSecond > 0 {
      // Arbitration and end at the nominal rate; payload, CRC and stuff bits at the fast one.
      let slow = isExtended ? 60.0 : 40.0
      return slow / rate + (payload + 45) * 1.2 / Double(dataBitsPerSecond)
    }
    // Bits that can be stuffed, one more for every four of them after the first, then the tail.
    let stuffable = payload + (isExtended ? 54 : 34)
    return (stuffable + ((stuffable - 1) / 4).rounded(.down) + 13) / rate
  }
}
