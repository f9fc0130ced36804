import RackLinux

/// The controller process.
@main
enum Program {
  static func main() {}
}
