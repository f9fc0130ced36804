extension CurveSheet {
  /// The sheet as a drawing that a browser shows.
  func svg() -> String {
    let (width, left, panelHeight, gap) = (960.0, 80.0, 190.0, 46.0)
    let height = 70 + Double(panels.count) * (panelHeight + gap) + 18 * Double(marks.count)
    var parts = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
      font-family="sans-serif" font-size="12">
      """, "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
      "<text x=\"\(left)\" y=\"24\" font-size=\"16\">\(CurveSheet.escaped(title))</text>",
    ]
    guard let span else { return (parts + ["</svg>", ""]).joined(separator: "\n") }
    let plotWidth = width - left - 24
    func across(_ x: Double) -> Double {
      left + plotWidth * (x - span.lowerBound) / (span.upperBound - span.lowerBound)
    }
    var top = 56.0
    for panel in panels {
      parts += panel.svg(
        across, left: left, top: top, width: plotWidth, height: panelHeight, marks: marks)
      top += panelHeight + gap
    }
    for step in 0...8 {
      let moment = span.lowerBound + Double(step) / 8 * (span.upperBound - span.lowerBound)
      parts.append(
        "<text x=\"\(across(moment))\" y=\"\(top - gap + 18)\" text-anchor=\"middle\">"
          + "\(Text.figure(moment, 2)) s</text>")
    }
    for (index, mark) in marks.enumerated() {
      parts.append(
        "<text x=\"\(left)\" y=\"\(top + 18 * Double(index))\" fill=\"#b00020\">"
          + "\(Text.figure(mark.x, 3)) s: \(CurveSheet.escaped(mark.text))</text>")
    }
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  fileprivate static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}

extension CurvePanel {
  fileprivate func svg(
    _ across: (Double) -> Double, left: Double, top: Double, width: Double, height: Double,
    marks: [CurveMark]
  ) -> [String] {
    let colours = ["#0b57d0", "#c8500a", "#137333", "#7b1fa2"]
    var parts = [
      "<text x=\"\(left)\" y=\"\(top - 8)\">\(CurveSheet.escaped(title)), \(unit)</text>",
      "<rect x=\"\(left)\" y=\"\(top)\" width=\"\(width)\" height=\"\(height)\" fill=\"none\""
        + " stroke=\"#999\"/>",
    ]
    guard let range else { return parts }
    func down(_ y: Double) -> Double {
      top + height * (range.upperBound - y) / (range.upperBound - range.lowerBound)
    }
    let decimals = range.upperBound - range.lowerBound < 5 ? 3 : 1
    for step in 0...4 {
      let value = range.lowerBound + Double(step) / 4 * (range.upperBound - range.lowerBound)
      parts.append(
        "<text x=\"\(left - 6)\" y=\"\(down(value) + 4)\" text-anchor=\"end\">"
          + "\(Text.figure(value, decimals))</text>")
    }
    for mark in marks {
      parts.append(
        "<line x1=\"\(across(mark.x))\" x2=\"\(across(mark.x))\" y1=\"\(top)\""
          + " y2=\"\(top + height)\" stroke=\"#b00020\" stroke-dasharray=\"4 3\"/>")
    }
    for (index, curve) in curves.enumerated() {
      let colour = colours[index % colours.count]
      let points = curve.points.filter(\.y.isFinite).map {
        "\(Text.figure(across($0.x), 1)),\(Text.figure(down($0.y), 1))"
      }
      parts.append(
        "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\" points=\""
          + points.joined(separator: " ") + "\"/>")
      parts.append(
        "<text x=\"\(left + width)\" y=\"\(top - 8 + 14 * Double(index - curves.count + 1))\""
          + " text-anchor=\"end\" fill=\"\(colour)\">\(CurveSheet.escaped(curve.name))</text>")
    }
    return parts
  }
}
