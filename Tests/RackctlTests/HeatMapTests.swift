import Testing

@testable import RackCore
@testable import rackctl

@Suite struct HeatMapTests {
  private let sheet = Sheet(width: 80, height: 24)

  @Test func aModuleIsARowAndACellACharacter() {
    let rack = SampleRack()
    rack.snapshot.value.cells[0].voltageVolts = 3.4
    rack.snapshot.value.cells[53].voltageAgeMilliseconds = 4_000
    rack.snapshot.value.cells[54].voltageAgeMilliseconds = .max
    rack.snapshot.value.cells[55].voltageQuality = .invalid
    let map = HeatMap(view: rack.view(), sheet: sheet, quantity: .voltage)
    #expect(map.rows.count == 4)
    #expect(map.rows.map(\.text).allSatisfy { $0.count == 5 + 52 })
    #expect(map.rows[0].text.hasPrefix(" M1  █▁"))
    #expect(map.rows[1].text.hasPrefix(" M2  ▁s?i▁"))
    #expect(map.scale.text.contains("3.400 V"))
  }

  @Test func aSmallSpreadIsNotMadeLargeByTheScale() {
    let rack = SampleRack()
    let map = HeatMap(view: rack.view(), sheet: sheet, quantity: .voltage)
    #expect(!map.rows.contains { $0.text.contains("█") || $0.text.contains("▁") })
  }

  @Test func arrowsSelectACellAndItsDetailsAreShown() {
    let rack = SampleRack()
    let view = rack.view()
    var state = WatchState()
    let keys: [WatchKey] = [.character("h"), .right, .right, .down, .down, .up, .left]
    for key in keys { _ = state.take(key, view: view, sheet: sheet) }
    #expect(state.selected == 53)
    let text = state.lines(view, sheet).map(\.text).joined(separator: "\n")
    #expect(text.contains("cell 54 (module 2, position 2, pin 3)"))
    #expect(text.contains("sensor 1 of module 2"))
    #expect(text.contains("mV from the mean of 3.300 V"))
  }

  @Test func theSelectionStaysInTheRack() {
    let rack = SampleRack()
    let view = rack.view()
    var state = WatchState()
    _ = state.take(.character("h"), view: view, sheet: sheet)
    for key in [WatchKey.left, .up, .home, .left] { _ = state.take(key, view: view, sheet: sheet) }
    #expect(state.selected == 0)
    for _ in 0..<6 { _ = state.take(.down, view: view, sheet: sheet) }
    for key in [WatchKey.end, .right] { _ = state.take(key, view: view, sheet: sheet) }
    #expect(state.selected == 207)
  }

  @Test func theSelectedCellsRowIsOnTheSheet() {
    let rack = SampleRack(modules: 32, cells: 16)
    let view = rack.view()
    var state = WatchState()
    _ = state.take(.character("h"), view: view, sheet: sheet)
    for _ in 0..<31 { _ = state.take(.down, view: view, sheet: sheet) }
    let lines = state.lines(view, sheet)
    #expect(lines.contains { $0.text.hasPrefix(" M32") })
    #expect(lines.contains { $0.runs.contains { $0.style == .selected } })
  }
}
