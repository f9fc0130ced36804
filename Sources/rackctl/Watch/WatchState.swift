/// The pages of `rackctl watch`.
enum WatchPage {
  case overview, heatMap, faults, events, help
}

/// What a terminal can be told.
enum WatchKey: Equatable {
  case character(Character)
  case up, down, left, right, pageUp, pageDown, home, end, escape
  /// The terminal has another size.
  case resized
}

/// Which page is shown and where in it; moved by keys.
struct WatchState {
  private(set) var page = WatchPage.overview
  private(set) var quantity = HeatQuantity.voltage
  /// Index of the selected cell.
  private(set) var selected = 0
  /// First row of a list.
  private(set) var scroll = 0

  /// Takes a key; false ends the program.
  mutating func take(_ key: WatchKey, view: RackView, sheet: Sheet) -> Bool {
    switch key {
    case .character("q"), .character("Q"): return false
    case .character("h"): show(.heatMap)
    case .character("f"): show(.faults)
    case .character("e"): show(.events)
    case .character("?"): show(.help)
    case .character(let character):
      if page == .heatMap, let chosen = HeatQuantity(rawValue: character) { quantity = chosen }
    case .escape: show(.overview)
    case .resized: break
    default:
      if page == .heatMap { select(key, view: view) } else { move(key, view: view, sheet: sheet) }
    }
    return true
  }

  /// The present page, exactly as large as the sheet.
  func lines(_ view: RackView, _ sheet: Sheet) -> [StyledLine] {
    switch page {
    case .overview: OverviewPage(view: view, sheet: sheet).lines
    case .heatMap:
      HeatMapPage(view: view, sheet: sheet, quantity: quantity, selected: selected).lines
    case .faults: FaultsPage(view: view, sheet: sheet, scroll: scroll).lines
    case .events: EventsPage(view: view, sheet: sheet, scroll: scroll).lines
    case .help: HelpPage(view: view, sheet: sheet).lines
    }
  }

  /// Shows a page, or the first one again where it is already shown.
  private mutating func show(_ page: WatchPage) {
    self.page = self.page == page ? .overview : page
    scroll = 0
  }

  private mutating func move(_ key: WatchKey, view: RackView, sheet: Sheet) {
    let screen = max(1, sheet.height - 5)
    switch key {
    case .up: scroll -= 1
    case .down: scroll += 1
    case .pageUp: scroll -= screen
    case .pageDown: scroll += screen
    case .home: scroll = 0
    case .end: scroll = .max
    default: return
    }
    switch page {
    case .faults: scroll = FaultsPage.clamped(scroll, view: view, sheet: sheet)
    case .events: scroll = EventsPage.clamped(scroll, view: view, sheet: sheet)
    default: scroll = 0
    }
  }

  /// Left and right along the string, up and down between modules.
  private mutating func select(_ key: WatchKey, view: RackView) {
    let count = view.cells.count
    guard count > 0 else { return }
    let modules = view.facts.modules
    let module = modules.firstIndex { $0.cells.contains(selected) } ?? 0
    switch key {
    case .left: selected -= 1
    case .right: selected += 1
    case .home: selected = modules.isEmpty ? 0 : modules[module].cells.lowerBound
    case .end: selected = modules.isEmpty ? count - 1 : modules[module].cells.upperBound - 1
    case .up, .pageUp, .down, .pageDown:
      let other = key == .up || key == .pageUp ? module - 1 : module + 1
      guard modules.indices.contains(other), modules.indices.contains(module) else { return }
      let position = selected - modules[module].cells.lowerBound
      selected = modules[other].cells.lowerBound + min(position, modules[other].cells.count - 1)
    default: return
    }
    selected = min(max(0, selected), count - 1)
  }
}
