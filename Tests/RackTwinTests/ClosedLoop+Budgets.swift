import RackCore
import RackTwin

extension ClosedLoop {
  /// What a row's decision may take; zero for a row that the profile does not have.
  mutating func decisionBudget(of fault: FaultID) -> Interval {
    controller.value.row(of: fault, index: 0)?.0.decisionBudget ?? Interval()
  }

  /// Runs until the fault is noted, for `lead` and its budget and 2 s more; how long that took from now.
  mutating func found(_ fault: FaultID, after lead: Interval = Interval()) -> Interval? {
    let limit = lead + decisionBudget(of: fault) + .seconds(2)
    return run(atMost: limit) { $0.noted.contains(fault) }
  }
}
