public import RackCore

/// A plan made from a profile, with what a person should look at.
public struct CompiledProfile: ~Copyable {
  /// The plan.
  public var plan: Boxed<Plan>
  /// Findings that do not refuse the profile.
  public let warnings: [Finding]
}

/// Turns a profile with its DBC and cell files into a plan.
public enum ProfileCompiler {
  /// Compiles the profile at `path`; throws every finding at once when it is refused.
  public static func compile(_ path: String) throws(ProfileError) -> CompiledProfile {
    let bytes = try FileBytes.read(path, limit: Document<Profile>.maximumBytes, what: "a profile")
    return try compile(bytes, path: path)
  }

  /// Compiles a profile from `bytes`; `path` names it and is where its other files are sought.
  public static func compile(
    _ bytes: [UInt8], path: String
  ) throws(ProfileError) -> CompiledProfile {
    var findings = Findings()
    var plan = Boxed<Plan>()
    fill(&plan.value, bytes, path, &findings)
    try findings.throwIfRefused()
    return CompiledProfile(plan: plan, warnings: findings.sorted)
  }

  /// Reads the cell file at `path`; throws every finding at once when it is refused.
  public static func compileCell(_ path: String) throws(ProfileError) -> CellModel {
    let bytes = try FileBytes.read(
      path, limit: Document<CellFile>.maximumBytes, what: "a cell file")
    var findings = Findings()
    let model = CellCompiler.compile(bytes, file: path, into: &findings)
    try findings.throwIfRefused()
    return model
  }

  /// Everything that is wrong or doubtful in the profile at `path`; empty: nothing.
  public static func check(_ path: String) -> [Finding] {
    do {
      return try compile(path).warnings
    } catch {
      return error.findings
    }
  }

  /// The JSON Schema of `profile.yaml` files.
  public static var profileSchema: String {
    SchemaPrinter.print(
      Fields.describe(Profile.self).fields, title: "Pharos profile",
      summary: "What a battery rack is: topology, buses, limits, faults, lines.")
  }

  /// The JSON Schema of cell files.
  public static var cellSchema: String {
    SchemaPrinter.print(
      Fields.describe(CellFile.self).fields, title: "Pharos cell",
      summary: "The model of a battery cell.")
  }

  /// The reference tables of `docs/profile.md`, as Markdown lines.
  public static var referenceTables: [String] {
    FieldTable.lines(Fields.describe(Profile.self).fields, name: "profile.yaml")
      + FieldTable.lines(Fields.describe(CellFile.self).fields, name: "cells/NAME.yaml")
  }

  private static func fill(
    _ plan: inout Plan, _ bytes: [UInt8], _ path: String, _ findings: inout Findings
  ) {
    guard let profile = Document<Profile>.reading(bytes, file: path, into: &findings) else {
      return
    }
    var compilation = Compilation(profile: profile, path: path)
    compilation.findings.append(findings)
    compilation.readFiles(into: &plan.cell)
    compilation.fillIdentity(&plan.identity)
    compilation.fillTopology(&plan.topology)
    compilation.resolveSignals()
    compilation.fillBuses(&plan.buses)
    compilation.fillTransmits(&plan.buses)
    compilation.fillLines(&plan.lines)
    compilation.fillTiming(&plan.timing)
    compilation.fillLimits(&plan.limits)
    compilation.fillContactors(&plan.contactors)
    compilation.fillPrecharge(&plan.precharge)
    compilation.fillInsulation(&plan.insulation)
    compilation.fillBalancing(&plan.balancing)
    compilation.fillEstimation(&plan.estimation)
    compilation.fillFaults(&plan.faults)
    compilation.checkRelations()
    findings = compilation.findings
  }
}
