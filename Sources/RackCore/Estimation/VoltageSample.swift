/// One cell voltage with what flowed when it was taken.
struct VoltageSample: BitwiseCopyable {
  var volts: Double
  /// Current at the sample, A.
  var amperes: Double
  /// What drives the resistance at that current, by row of temperature, A.
  var driving: InlineArray<8, Double>
  /// How far the current moved between its two last samples, A.
  var stepAmperes: Double
  /// Charge drawn since the prediction, share of the nominal capacity.
  var pending: Double
  /// Charge that flows in that time at that current, share of the nominal capacity.
  var moved: Double
  /// Time since the cell's last correction, s.
  var elapsed: Double
  var takenAt: Instant
}
