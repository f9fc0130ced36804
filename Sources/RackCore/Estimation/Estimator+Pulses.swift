/// One of the six pulses that power is stated for, while its current is sought.
private struct PulseSearch: BitwiseCopyable {
  var pulse: Pulse
  /// The largest current found so far, A, and what drives the resistances at it.
  var amperes: Double
  var driving: InlineArray<8, Double>
  /// The cell that rules.
  var cell = 0
  /// The smallest margin of this round, V, and whose it is.
  var worst = Double.infinity
  var worstCell = 0
  /// Whether there must be another round.
  var isOpen: Bool
  /// The sum of the voltages of all cells at the current found, V.
  var volts = 0.0
}

extension Estimator {
  /// The largest currents that every cell bears, and the power they give. Every round looks at all cells and
  /// takes the current down to what the worst of them bears; a handful rule in practice.
  mutating func findPower(_ power: inout RackPower, bounds: PowerBounds) {
    let horizons = RackPower.horizonSeconds
    var searches = InlineArray<6, PulseSearch>(
      repeating: PulseSearch(
        pulse: Pulse(seconds: 0, sign: 1, bounds: bounds), amperes: 0,
        driving: InlineArray(repeating: 0), isOpen: false))
    for index in 0..<6 {
      let isCharge = index >= 3
      let most = max(0, isCharge ? bounds.chargeAmperes : bounds.dischargeAmperes)
      searches[index].pulse.seconds = horizons[index % 3]
      searches[index].pulse.sign = isCharge ? -1 : 1
      searches[index].amperes = most
      searches[index].isOpen = most > 0
    }
    var isOpen = true
    var round = 0
    while isOpen, round < 6 {
      look(&searches)
      isOpen = false
      for index in 0..<6 where searches[index].isOpen {
        var search = searches[index]
        search.isOpen = search.worst < 0
        if search.isOpen {
          search.cell = search.worstCell
          search.amperes = search.pulse.current(
            below: search.amperes, filter(ofCell: search.cell), &tables.model)
          search.isOpen = search.amperes > 0
        }
        isOpen = isOpen || search.isOpen
        searches[index] = search
      }
      round += 1
    }
    addVolts(&searches)
    for index in 0..<3 {
      power.dischargeAmperes[index] = searches[index].amperes
      power.dischargeCells[index] = Int32(searches[index].cell)
      power.dischargeWatts[index] = searches[index].amperes * searches[index].volts
      power.chargeAmperes[index] = searches[index + 3].amperes
      power.chargeCells[index] = Int32(searches[index + 3].cell)
      power.chargeWatts[index] = searches[index + 3].amperes * searches[index + 3].volts
    }
  }

  /// One round: the smallest margin of all cells for every pulse that is still open.
  private mutating func look(_ searches: inout InlineArray<6, PulseSearch>) {
    for index in 0..<6 where searches[index].isOpen {
      searches[index].driving = tables.model.drivingAmperes(
        searches[index].pulse.sign * searches[index].amperes)
      searches[index].worst = .infinity
      searches[index].worstCell = 0
    }
    var memory = PulseMemory()
    var keeps = InlineArray<3, PulseKeep>(repeating: .beginning)
    for block in 0..<blockCount {
      let cells = min(8, Int(cellCount) - 8 * block)
      memory.fill(&keeps, blocks[block].temperatureCelsius, &tables.model)
      let asked = PulseBlock(&blocks[block], &tables)
      for index in 0..<6 where searches[index].isOpen {
        let margins = asked.margin(
          searches[index].pulse, searches[index].amperes, searches[index].driving,
          keeps[index % 3], &blocks[block], &tables)
        for lane in 0..<cells where Double(margins[lane]) < searches[index].worst {
          searches[index].worst = Double(margins[lane])
          searches[index].worstCell = 8 * block + lane
        }
      }
    }
  }

  /// The voltage of the string for every pulse, at the current found.
  private mutating func addVolts(_ searches: inout InlineArray<6, PulseSearch>) {
    for index in 0..<6 {
      searches[index].driving = tables.model.drivingAmperes(
        searches[index].pulse.sign * searches[index].amperes)
    }
    var memory = PulseMemory()
    var keeps = InlineArray<3, PulseKeep>(repeating: .beginning)
    for block in 0..<blockCount {
      let cells = min(8, Int(cellCount) - 8 * block)
      memory.fill(&keeps, blocks[block].temperatureCelsius, &tables.model)
      let asked = PulseBlock(&blocks[block], &tables)
      for index in 0..<6 {
        let volts = asked.expectedVolts(
          searches[index].pulse, searches[index].amperes, searches[index].driving,
          keeps[index % 3], &blocks[block], &tables)
        for lane in 0..<cells { searches[index].volts += Double(volts[lane]) }
      }
    }
  }
}
