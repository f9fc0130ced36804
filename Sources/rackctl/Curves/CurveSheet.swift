/// A line over time.
struct Curve {
  var name: String
  var points: [(x: Double, y: Double)]
}

/// Curves of one unit over one axis of time.
struct CurvePanel {
  var title: String
  var unit: String
  var curves: [Curve]

  /// Smallest and largest value that is a number, a little apart; nothing where there is none.
  var range: ClosedRange<Double>? {
    let values = curves.flatMap { $0.points.map(\.y) }.filter(\.isFinite)
    guard let least = values.min(), let most = values.max() else { return nil }
    let slack = max(0.04 * (most - least), 1e-3 * max(most.magnitude, 1))
    return (least - slack)...(most + slack)
  }
}

/// A moment with a name.
struct CurveMark {
  var x: Double
  var text: String
}

/// Panels one above the other, with a common time in seconds and marks through all of them.
struct CurveSheet {
  var title: String
  var panels: [CurvePanel]
  var marks: [CurveMark]

  /// First and last moment of any point; nothing where there is none.
  var span: ClosedRange<Double>? {
    let moments = panels.flatMap { $0.curves.flatMap { $0.points.map(\.x) } }
    guard let first = moments.min(), let last = moments.max() else { return nil }
    return first...max(last, first + 1e-3)
  }
}

extension CurveSheet {
  /// Prints the curves, and writes them to an SVG file where one is asked for.
  func show(svg path: String?) throws {
    for line in lines() { print(line) }
    guard let path else { return }
    let file = try TextFile(path)
    file.write(svg())
    file.flush()
    print("written to \(path)")
  }
}
