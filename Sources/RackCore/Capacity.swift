// The fixed sizes of everything the core stores. Compiling a profile refuses more.

/// Room for one value a cell.
public typealias PerCell<T> = InlineArray<512, T>
/// Room for one value a temperature sensor.
public typealias PerSensor<T> = InlineArray<512, T>
/// Room for one value a module.
public typealias PerModule<T> = InlineArray<32, T>
/// Room for one value a received message.
public typealias PerMessage<T> = InlineArray<256, T>
/// Room for one value a signal of a received message.
public typealias PerSignal<T> = InlineArray<4096, T>
/// Room for one value a transmitted message.
public typealias PerTransmit<T> = InlineArray<64, T>
/// Room for one value a signal of a transmitted message.
public typealias PerTransmitSignal<T> = InlineArray<256, T>
/// Room for one value a row of the fault table.
public typealias PerFault<T> = InlineArray<96, T>
/// Room for one value a digital input.
public typealias PerInput<T> = InlineArray<32, T>
/// Room for one value a digital output.
public typealias PerOutput<T> = InlineArray<16, T>
/// Room for one value a CAN bus.
public typealias PerBus<T> = InlineArray<4, T>
