import Testing

@testable import RackCore
@testable import rackctl

@Suite struct WatchStateTests {
  private let sheet = Sheet(width: 80, height: 24)

  @Test(arguments: [
    (Character("h"), WatchPage.heatMap), ("f", .faults), ("e", .events), ("?", .help),
  ])
  func aKeyShowsItsPageAndEscapeGoesBack(key: Character, page: WatchPage) {
    let view = SampleRack().view()
    var state = WatchState()
    _ = state.take(.character(key), view: view, sheet: sheet)
    #expect(state.page == page)
    let goesOn = state.take(.escape, view: view, sheet: sheet)
    #expect(goesOn)
    #expect(state.page == .overview)
    _ = state.take(.character(key), view: view, sheet: sheet)
    _ = state.take(.character(key), view: view, sheet: sheet)
    #expect(state.page == .overview)
    let quits = !state.take(.character("q"), view: view, sheet: sheet)
    #expect(quits)
  }

  @Test func aListScrollsToItsEndAndNoFurther() {
    let rack = SampleRack()
    rack.happen((0..<100).map { Event(.overrun, at: SampleRack.now, value: Double($0) / 1000) })
    let view = rack.view()
    var state = WatchState()
    for key in [WatchKey.character("e"), .end, .down] {
      _ = state.take(key, view: view, sheet: sheet)
    }
    #expect(state.scroll == 80)
    let lines = state.lines(view, sheet).map(\.text)
    #expect(lines[22].contains("tick late by 0.0 ms"))
    _ = state.take(.home, view: view, sheet: sheet)
    #expect(state.lines(view, sheet)[3].text.contains("tick late by 99.0 ms"))
  }
}
