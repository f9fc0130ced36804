/// Finds the name that a misspelt one was meant to be.
enum EditDistance {
  /// The nearest of `names` within a third of the length of `name`; nil when none is near.
  static func nearest(to name: String, among names: [String]) -> String? {
    let limit = max(1, name.count / 3)
    let ranked = names.map { (distance(name, $0), $0) }.filter { $0.0 <= limit }
    return ranked.min { ($0.0, $0.1) < ($1.0, $1.1) }?.1
  }

  /// How many letters must be changed, added, removed or swapped with their neighbour.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.unicodeScalars.prefix(80))
    let b = Array(b.unicodeScalars.prefix(80))
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        let isSame = a[i - 1] == b[j - 1]
        var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, before[j - 2] + 1)
        }
        row.append(best)
      }
      before = last
      last = row
    }
    return last[b.count]
  }
}
