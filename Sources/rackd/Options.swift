import RackLinux

/// What the command line says.
struct Options {
  /// Where the plan comes from.
  enum PlanSource {
    case profile(String)
    case image(String)
  }

  var source = PlanSource.image("")
  var settings = Controller.Settings()

  static let usage = """
    usage: rackd (--profile FILE | --plan IMAGE) [--bus NAME=IF]… [--gpio CHIP=PATH]…
                 [--state-dir DIR] [--run-dir DIR] [--watchdog DEVICE]

    The controller of one battery rack.

      --profile FILE    hardware profile; compiled by the rackctl beside this program
      --plan IMAGE      plan image made by 'rackctl profile compile'
      --bus NAME=IF     where a bus of the profile is: a CAN interface, or
                        socketcand://127.0.0.1:PORT/BUS (loopback only);
                        without it the bus is the interface of its own name
      --gpio CHIP=PATH  where a GPIO chip of the profile is: /dev/gpiochipN or sim:SOCKET
      --state-dir DIR   SOC, latches, counters and journal (default /var/lib/pharos)
      --run-dir DIR     status page and control socket (default /run/pharos)
      --watchdog DEVICE the machine's watchdog, such as /dev/watchdog: asked for 10 s, fed only by
                        a healthy loop, disarmed only by a clean stop (default: none)
      --version         print the version
      --help            print this
    """

  /// What to do.
  enum Request {
    case run(Options)
    case print(String)
    case refuse(String)
  }

  static func read(_ arguments: [String], version: String) -> Request {
    var options = Options()
    var source: PlanSource?
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      var name = argument
      var inline: String?
      if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "="),
        !argument[..<equals].isEmpty
      {
        name = String(argument[..<equals])
        inline = String(argument[argument.index(after: equals)...])
      }
      if name == "--help" || name == "-h" { return .print(usage) }
      if name == "--version" { return .print("rackd \(version)") }
      let known = [
        "--profile", "--plan", "--bus", "--gpio", "--state-dir", "--run-dir", "--watchdog",
      ]
      guard known.contains(name) else { return .refuse("unknown argument '\(argument)'") }
      guard let value = inline ?? rest.popFirst(), !value.isEmpty else {
        return .refuse("'\(name)' needs a value")
      }
      switch name {
      case "--profile", "--plan":
        guard source == nil else { return .refuse("give one of --profile and --plan, once") }
        source = name == "--plan" ? .image(value) : .profile(value)
      case "--state-dir": options.settings.stateDirectory = value
      case "--run-dir": options.settings.runDirectory = value
      case "--watchdog": options.settings.watchdog = value
      default:
        if let refusal = options.map(name, value) { return .refuse(refusal) }
      }
    }
    guard let source else { return .refuse("--profile FILE or --plan IMAGE is needed") }
    options.source = source
    return .run(options)
  }

  /// `--bus NAME=…` and `--gpio CHIP=…`; a refusal, or nothing.
  private mutating func map(_ option: String, _ value: String) -> String? {
    guard let equals = value.firstIndex(of: "="), equals != value.startIndex else {
      return "'\(option) \(value)': write \(option) NAME=WHERE"
    }
    let name = String(value[..<equals])
    let place = String(value[value.index(after: equals)...])
    do {
      if option == "--bus" {
        settings.buses[name] = try BusAddress(place)
      } else {
        settings.chips[name] = try ChipAddress(place)
      }
      return nil
    } catch {
      return "\(error)"
    }
  }
}
