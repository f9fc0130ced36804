extension CurveSheet {
  /// The sheet in characters: a panel of `height` rows each, a letter a curve, `|` at a mark.
  func lines(width: Int = 68, height: Int = 9) -> [String] {
    guard let span else { return [title, "nothing was recorded"] }
    var lines = [title]
    for panel in panels { lines += panel.lines(span, marks, width: width, height: height) }
    let first = "\(Text.figure(span.lowerBound, 1)) s"
    let last = "\(Text.figure(span.upperBound, 1)) s"
    let gap = String(repeating: " ", count: max(width - first.count - last.count, 1))
    lines.append(String(repeating: " ", count: 11) + first + gap + last)
    for mark in marks where span.contains(mark.x) {
      lines.append("| at \(Text.figure(mark.x, 3)) s: \(mark.text)")
    }
    return lines
  }
}

extension CurvePanel {
  fileprivate func lines(
    _ span: ClosedRange<Double>, _ marks: [CurveMark], width: Int, height: Int
  ) -> [String] {
    guard let range else { return ["\(title): not known"] }
    var grid = [[Character]](repeating: Array(repeating: " ", count: width), count: height)
    func column(_ x: Double) -> Int {
      let share = (x - span.lowerBound) / (span.upperBound - span.lowerBound)
      return min(max(Int(share * Double(width - 1) + 0.5), 0), width - 1)
    }
    for mark in marks where span.contains(mark.x) {
      for row in 0..<height { grid[row][column(mark.x)] = "|" }
    }
    let letters: [Character] = ["*", "o", "+", "x"]
    for (index, curve) in curves.enumerated() {
      for point in curve.points where point.y.isFinite {
        let share = (point.y - range.lowerBound) / (range.upperBound - range.lowerBound)
        let row = min(max(Int((1 - share) * Double(height - 1) + 0.5), 0), height - 1)
        grid[row][column(point.x)] = letters[index % letters.count]
      }
    }
    let legend = curves.enumerated().map { "\(letters[$0 % letters.count]) \($1.name)" }
    var lines = ["\(title), \(unit): " + legend.joined(separator: ", ")]
    let decimals = range.upperBound - range.lowerBound < 5 ? 3 : 1
    for row in 0..<height {
      let share = 1 - Double(row) / Double(height - 1)
      let value = range.lowerBound + share * (range.upperBound - range.lowerBound)
      let isLabelled = row % 4 == 0 || row == height - 1
      let label = isLabelled ? Text.figure(value, decimals) : ""
      let pad = String(repeating: " ", count: max(9 - label.count, 0))
      lines.append(pad + label + " │" + String(grid[row]))
    }
    return lines
  }
}
