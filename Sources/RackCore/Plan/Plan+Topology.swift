extension Plan {
  /// Modules, cells and temperature sensors of the string, in electrical order from minus to plus.
  public struct Topology: BitwiseCopyable, Sendable, Archivable {
    /// Cells in series.
    public var cellCount: UInt16
    /// Modules.
    public var moduleCount: UInt16
    /// Temperature sensors.
    public var sensorCount: UInt16
    /// Rated capacity of a cell, in ampere-hours.
    public var ratedAmpereHours: Double
    /// Rated (1 C, or the maker's) continuous current, in amperes; thresholds refer to it.
    public var ratedAmperes: Double
    /// The modules.
    public var modules: PerModule<Module>
    /// Where each cell sits.
    public var cells: PerCell<CellPlace>

    /// Walks the fields that are in use.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&cellCount)
      archive.transfer(&moduleCount)
      archive.transfer(&sensorCount)
      archive.transfer(&ratedAmpereHours)
      archive.transfer(&ratedAmperes)
      archive.transfer(&modules, count: Int(moduleCount))
      archive.transfer(&cells, count: Int(cellCount))
    }
  }

  /// One module as commissioned.
  public struct Module: BitwiseCopyable, Sendable, Archivable {
    /// Index of its first cell.
    public var firstCell: UInt16
    /// Its cells.
    public var cellCount: UInt16
    /// Index of its first temperature sensor.
    public var firstSensor: UInt16
    /// Its temperature sensors.
    public var sensorCount: UInt16
    /// Bus address.
    public var address: UInt16
    /// Serial number as the module reports it; zero when the module reports none.
    public var serial: UInt64
    /// Whether the module reports address, serial and cell count, so that they can be compared.
    public var reportsIdentity: Bool

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&firstCell)
      archive.transfer(&cellCount)
      archive.transfer(&firstSensor)
      archive.transfer(&sensorCount)
      archive.transfer(&address)
      archive.transfer(&serial)
      archive.transfer(&reportsIdentity)
    }
  }

  /// Where a cell sits and which sensor stands for its temperature.
  public struct CellPlace: BitwiseCopyable, Sendable, Archivable {
    /// Index of its module.
    public var module: UInt8
    /// Position in the module, from 1.
    public var position: UInt8
    /// Pin of the module's sense plug that carries its positive tap, from 1.
    public var plugPin: UInt8
    /// Index of its temperature sensor.
    public var sensor: UInt16

    /// Walks the fields.
    public mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&module)
      archive.transfer(&position)
      archive.transfer(&plugPin)
      archive.transfer(&sensor)
    }
  }
}
