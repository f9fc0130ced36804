import RackCore

extension Restored {
  /// The mean state of charge of the cells that it is known of, in words, with their number.
  var socText: String {
    let count = Int(min(cellCount, 512))
    var sum = 0.0
    var known = 0
    for cell in 0..<count where sigma[cell] > 0 {
      sum += soc[cell]
      known += 1
    }
    if known == 0 { return "unknown" }
    let mean = EventText.figure(100 * sum / Double(known), decimals: 1) + " %"
    return known == count
      ? "\(mean) of \(count) cells" : "\(mean) of \(known) cells, \(count - known) unknown"
  }
}
