// swift-tools-version: 6.3
import PackageDescription

/// One list of settings for every target: memory safety is strict and a warning is an error.
let strict: [SwiftSetting] = [
  .strictMemorySafety(), .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The core is optimised in debug builds too: its tests run racks of hundreds of cells, many times as
/// slow without. Assertions and traps stay.
let fast: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// `PHAROS_ONLY=core` leaves the programs and the Linux edge out: the fast loop of `Tools/test quick`.
let isCoreOnly = Context.environment["PHAROS_ONLY"] == "core"

let core: [Target] = [
  .target(name: "RackCore", swiftSettings: fast),
  .target(
    name: "RackProfile",
    dependencies: ["RackCore", .product(name: "Yams", package: "Yams")],
    swiftSettings: strict),
  .testTarget(
    name: "RackCoreTests", dependencies: ["RackCore", "RackProfile"], swiftSettings: strict),
  .testTarget(
    name: "RackProfileTests", dependencies: ["RackProfile", "RackCore"], swiftSettings: strict),
]

let shell: [Target] = [
  .target(name: "CLinux"),
  // libgpiod 1.6 or 2.x, whichever the headers are of; libsocketcan. Both are linked, not copied.
  .target(name: "CGPIO", linkerSettings: [.linkedLibrary("gpiod")]),
  .target(name: "CSocketCAN", linkerSettings: [.linkedLibrary("socketcan")]),
  .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
  .target(name: "RackTwin", dependencies: ["RackCore"], swiftSettings: fast),
  .target(
    name: "RackLinux", dependencies: ["RackCore", "CLinux", "CGPIO", "CSocketCAN"],
    swiftSettings: strict),
  .executableTarget(
    name: "rackd", dependencies: ["RackCore", "RackLinux"], swiftSettings: strict),
  .executableTarget(
    name: "rackctl",
    dependencies: [
      "RackCore", "RackLinux", "RackProfile", "RackTwin", "CNcurses",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: strict),
  // Counts allocations of the whole loop: see Tools/test.
  .executableTarget(
    name: "allocation-count", dependencies: ["RackCore", "RackProfile", "RackTwin"],
    path: "Tools/allocation-count", swiftSettings: strict),
  // Measures the core: see Tools/benchmark.
  .executableTarget(
    name: "benchmark", dependencies: ["RackCore", "RackProfile", "RackTwin"],
    path: "Tools/benchmark.d/program", swiftSettings: strict),
  // The core's self-test, here as a program of the host: see docs/portability.md.
  .executableTarget(
    name: "selftest", dependencies: ["RackCore"], path: "Tools/portability.d",
    exclude: [
      "selftest.c", "selftest.h", "memory.c", "linux.c", "mps2.c", "mps2.ld", "image.S", "digests",
    ],
    swiftSettings: strict),
  // Makes the plan of what Tools/latency measures.
  .executableTarget(
    name: "latency", dependencies: ["RackCore", "RackLinux"],
    path: "Tools/latency.d/program", swiftSettings: strict),
  // The long proofs: see Tools/prove.
  .executableTarget(
    name: "prover", dependencies: ["RackCore", "RackProfile", "RackTwin"],
    path: "Tools/prover", swiftSettings: strict),
  .testTarget(
    name: "RackctlTests",
    dependencies: [
      "rackctl", "RackLinux", "RackProfile", "RackCore",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: strict),
  .testTarget(
    name: "RackTwinTests", dependencies: ["RackTwin", "RackProfile", "RackCore"],
    swiftSettings: strict),
  .testTarget(
    name: "RackLinuxTests", dependencies: ["RackLinux", "RackProfile", "RackCore", "CLinux"],
    swiftSettings: strict),
]

let package = Package(
  name: "Pharos",
  products: isCoreOnly
    ? []
    : [
      .executable(name: "rackd", targets: ["rackd"]),
      .executable(name: "rackctl", targets: ["rackctl"]),
    ],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: isCoreOnly ? core : core + shell
)
