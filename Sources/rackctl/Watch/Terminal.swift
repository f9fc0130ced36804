import CNcurses
import Foundation
import Glibc
import RackCore
import RackLinux

/// The terminal while a program draws on it, through ncurses. Given back when the value ends.
struct Terminal: ~Copyable {
  private let hasColours: Bool
  private let isUnicode: Bool

  /// Takes the terminal over.
  init() throws {
    unsafe setlocale(LC_CTYPE, "")
    isUnicode = unsafe String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8"
    guard rack_screen_open() else {
      let type = ProcessInfo.processInfo.environment["TERM"] ?? ""
      throw Failure(
        Failure.unavailable, "error: terminal type '\(type)' is not known here; set TERM (vt100?)")
    }
    let isPlain = !(ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    hasColours = !isPlain && rack_screen_start_colours()
  }

  deinit { rack_screen_close() }

  /// Whether a program can draw here at all.
  static var isPresent: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  /// The room there is now.
  var sheet: Sheet {
    Sheet(
      width: Int(rack_screen_width()), height: Int(rack_screen_height()), isUnicode: isUnicode)
  }

  /// Shows a page; only what changed goes out to the terminal.
  func show(_ lines: [StyledLine]) {
    rack_screen_erase()
    for (row, line) in lines.enumerated() {
      var column = 0
      for run in line.runs {
        let (looks, colour) = looks(of: run.style)
        var text = run.text
        text.withUTF8 { bytes in
          unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
            unsafe rack_screen_print(
              Int32(row), Int32(column), characters.baseAddress, Int32(characters.count), looks,
              colour)
          }
        }
        column += run.text.count
      }
    }
    rack_screen_show()
  }

  /// The next key; nothing when none came in time.
  func key(within milliseconds: Int) -> WatchKey? {
    let code = rack_screen_key(Int32(milliseconds))
    switch code {
    case KEY_UP: return .up
    case KEY_DOWN: return .down
    case KEY_LEFT: return .left
    case KEY_RIGHT: return .right
    case KEY_PPAGE: return .pageUp
    case KEY_NPAGE: return .pageDown
    case KEY_HOME: return .home
    case KEY_END: return .end
    case KEY_RESIZE: return .resized
    case 27: return .escape
    // Ctrl-L: noise on a serial line has spoilt the picture.
    case 12:
      rack_screen_repair()
      return .resized
    case 32..<127: return UnicodeScalar(UInt32(code)).map { .character(Character($0)) }
    default: return nil
    }
  }

  /// Attributes and colour number (1 red, 2 green, 3 yellow, 4 blue, 5 magenta, 6 cyan).
  private func looks(of style: LineStyle) -> (Int32, Int32) {
    let bold = Int32(rack_screen_bold)
    let reverse = Int32(rack_screen_reverse)
    let (looks, colour): (Int32, Int32) =
      switch style {
      case .plain: (0, 0)
      case .dim: (hasColours ? Int32(rack_screen_dim) : 0, 0)
      case .strong: (bold, 0)
      case .title: (hasColours ? 0 : Int32(rack_screen_underline), 6)
      case .good: (bold, 2)
      case .warning: (bold, 3)
      case .alarm: (bold, 1)
      case .goodBar: (reverse | bold, 2)
      case .warningBar: (reverse | bold, 3)
      case .alarmBar: (reverse | bold, 1)
      case .selected: (reverse | bold, 0)
      case .heat(let level):
        (level == 7 ? bold : 0, [4, 4, 6, 6, 2, 3, 3, 1][min(max(level, 0), 7)])
      }
    return (looks, hasColours ? colour : 0)
  }
}
