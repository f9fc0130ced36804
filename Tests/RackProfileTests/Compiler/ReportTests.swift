import RackCore
import RackProfile
import Testing

@Suite struct ReportTests {
  private func compiled(_ planted: Planted) throws -> CompiledProfile {
    try ProfileCompiler.compile(Array(planted.text.utf8), path: Shipped.path("lfp280-416s"))
  }

  @Test(arguments: Shipped.profiles)
  func aPlanDiffersFromItselfInNothing(profile: String) throws {
    let plan = try ProfileCompiler.compile(Shipped.path(profile))
    #expect(PlanDiff.lines(from: plan.plan.value, to: plan.plan.value) == [])
  }

  @Test func differencesAreSaidInWords() throws {
    let old = try Planted("lfp280-416s")
    var new = old
    try new.plant("revision: 1", "revision: 2")
    try new.plant("above_volts: 3.65", "above_volts: 3.64")
    try new.plant("  - {role: buzzer, chip: gpio0, line: BUZZER}\n", "")
    try new.plant("name: ChargeLimit,", "name: DischargeLimit,")
    try new.plant("name: DischargeLimit, source: discharge", "name: ChargeLimit, source: discharge")
    let before = try compiled(old)
    let after = try compiled(new)
    let lines = PlanDiff.lines(from: before.plan.value, to: after.plan.value)
    #expect(lines.count == 4)
    #expect(lines.contains("identity: revision 1 → 2"))
    #expect(lines.contains("fault 103 cell_overvoltage: threshold ≥ 3.65 V → ≥ 3.64 V"))
    #expect(lines.contains("output buzzer: removed"))
    let back = PlanDiff.lines(from: after.plan.value, to: before.plan.value)
    #expect(back.contains("output buzzer: added (chip gpio0, line BUZZER)"))
  }

  @Test(arguments: Shipped.profiles)
  func tablesNameEveryFaultAndMessage(profile: String) throws {
    let compiled = try ProfileCompiler.compile(Shipped.path(profile))
    let text = PlanReport.lines(compiled.plan.value).joined(separator: "\n")
    for index in 0..<Int(compiled.plan.value.buses.messageCount) {
      #expect(text.contains(compiled.plan.value.buses.messageNames[index].text))
    }
    let table = PlanReport.faultTable(compiled.plan.value)
    #expect(table.count == Int(compiled.plan.value.faults.count) + 4)
    #expect(text.contains("103 cell_overvoltage"))
    let all = PlanReport.lines(compiled.plan.value, withValues: true)
    #expect(all.contains { $0.contains("cell_voltage 16 ") })
  }
}
