import Foundation
import RackCore
import RackProfile

/// The plans of the shipped profiles, compiled once and kept as their canonical bytes.
enum ShippedPlan {
  static let names = ["lfp280-416s", "bench-16s-foxbms"]

  private static let root =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private static let images: [String: [UInt8]] = {
    var images: [String: [UInt8]] = [:]
    for name in names {
      let path = "\(root)/HardwareProfiles/\(name)/profile.yaml"
      do {
        var compiled = try ProfileCompiler.compile(path)
        var writer = ByteWriter()
        compiled.plan.value.transfer(&writer)
        images[name] = writer.bytes
      } catch {
        images[name] = []
      }
    }
    return images
  }()

  static func bytes(_ name: String) -> [UInt8] { images[name] ?? [] }

  static func plan(_ name: String) -> Boxed<Plan> {
    var plan = Boxed<Plan>()
    var reader = ByteReader(bytes(name))
    plan.value.transfer(&reader)
    return plan
  }

  /// Every row of every shipped fault table.
  static let faultRows: [ShippedRow] = names.flatMap { name in
    let plan = plan(name)
    return (0..<Int(plan.value.faults.count)).map {
      ShippedRow(profile: name, row: plan.value.faults.rows[$0])
    }
  }
}

/// A row of a shipped fault table, for parameterised tests.
struct ShippedRow: Sendable, CustomStringConvertible {
  var profile: String
  var row: Plan.FaultRow
  var description: String { "\(profile) \(row.id)" }
}
