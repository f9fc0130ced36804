import RackCore

/// State of health as JSON. What is not measured yet is left out, never guessed.
struct HealthReport {
  private let cells: [CellHealth]
  private let isRack: Bool

  init(_ cells: [CellHealth], isRack: Bool) {
    self.cells = cells
    self.isRack = isRack
  }

  private struct Report: Encodable {
    var per_cell: [Cell]
  }

  private struct Cell: Encodable {
    var cell: Int?
    var capacity_Ah: Double?
    var capacity_sigma_Ah: Double?
    var r10s_mohm: Double?
    var r10s_sigma_mohm: Double?

    init(_ health: CellHealth, number: Int?) {
      cell = number
      if health.isCapacityKnown {
        capacity_Ah = health.capacityAmpereHours
        capacity_sigma_Ah = health.capacitySigmaAmpereHours
      }
      if health.isResistanceKnown {
        r10s_mohm = 1000 * health.tenSecondOhms
        r10s_sigma_mohm = 1000 * health.tenSecondSigmaOhms
      }
    }
  }

  func write(to path: String) throws {
    let file = try TextFile(path)
    if !isRack, let only = cells.first {
      file.write(try JSONText.text(of: Cell(only, number: nil)) + "\n")
      return
    }
    let report = Report(per_cell: cells.enumerated().map { Cell($1, number: $0 + 1) })
    file.write(try JSONText.text(of: report) + "\n")
  }
}
