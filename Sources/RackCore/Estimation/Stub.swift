public struct CellModel: BitwiseCopyable, Sendable, Archivable {
  public var x: Double
  public mutating func transfer<A: Archive>(_ archive: inout A) { archive.transfer(&x) }
}
public struct EstimatorSettings: BitwiseCopyable, Sendable, Archivable {
  public var cadence: Interval
  public mutating func transfer<A: Archive>(_ archive: inout A) { archive.transfer(&cadence) }
}
