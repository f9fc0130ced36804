import CLinux
import Glibc
import RackCore
import Testing

@testable import RackLinux

/// A client that sees every byte.
private final class RawClient {
  private let socket: Descriptor

  init(port: UInt16) throws {
    socket = try Descriptor(socket: AF_INET, kind: rack_kind_stream, for: "test")
    _ = rack_inet_connect(socket.number, 0x7f00_0001, port)
    var poll = PollSet()
    poll.add(socket.number, forWriting: true)
    poll.wait(milliseconds: 1000)
  }

  func send(_ text: String) { _ = DescriptorIO.send(socket.number, Array(text.utf8)) }

  /// What one read gives within half a second.
  func receive() -> String {
    var poll = PollSet()
    poll.add(socket.number)
    poll.wait(milliseconds: 500)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe DescriptorIO.receive(socket.number, into: $0)
    }
    return String(decoding: bytes[0..<max(0, count)], as: UTF8.self)
  }

  func open(_ bus: String) -> [String] {
    var answers = [receive()]
    send("< open \(bus) >")
    answers.append(receive())
    send("< rawmode >")
    answers.append(receive())
    return answers
  }
}

@Suite struct SocketCANDTests {
  @Test func theHandshakeIsAnsweredByteForByte() throws {
    let server = try SocketCANDServer(buses: ["can0", "can1"])
    defer { server.stop() }
    let twin = try server.attach(to: "can0")
    let client = try RawClient(port: server.port)
    #expect(client.receive() == "< hi >")
    client.send("< echo >")
    #expect(client.receive() == "< echo >")
    client.send("< rawmode >")
    #expect(client.receive() == "< error open a bus first >")
    client.send("< open can7 >")
    #expect(client.receive() == "< error could not open bus >")
    client.send("< open can0 >")
    #expect(client.receive() == "< ok >")
    client.send("< rawmode >")
    // Frames that pour in meanwhile do not share the answer's segment.
    for number in 0..<10 { _ = twin.send(numbered(UInt32(number))) }
    #expect(client.receive() == "< ok >")
  }

  @Test func framesAreWrittenAsClientsReadThem() throws {
    let server = try SocketCANDServer(buses: ["can0"])
    defer { server.stop() }
    let twin = try server.attach(to: "can0")
    let client = try RawClient(port: server.port)
    #expect(client.open("can0") == ["< hi >", "< ok >", "< ok >"])
    Clock.sleep(until: Clock.now() + .milliseconds(120))
    var frame = CANFrame(identifier: 0x351, length: 3)
    frame.data[0] = 1
    frame.data[1] = 0xab
    #expect(twin.send(frame))
    let words = client.receive().split(separator: " ", omittingEmptySubsequences: false)
    #expect(words.count == 6)
    #expect(words.prefix(3) == ["<", "frame", "351"])
    #expect(words.suffix(2) == ["01AB00", ">"])
    #expect(words[3].split(separator: ".").last?.count == 6)

    #expect(twin.send(CANFrame(identifier: 0x18ff_50e5 | CANFrame.extendedBit)))
    let empty = client.receive()
    #expect(empty.hasPrefix("< frame 18FF50E5 "))
    #expect(empty.hasSuffix("  >"))
    #expect(!twin.send(CANFrame(identifier: 1, length: 12, flags: .flexibleDataRate)))
  }

  @Test func whatOneSendsAllOthersOnThatBusHear() throws {
    let server = try SocketCANDServer(buses: ["can0", "can1"])
    defer { server.stop() }
    let twin = try server.attach(to: "can0")
    let stranger = try server.attach(to: "can1")
    let first = try RawClient(port: server.port)
    let second = try RawClient(port: server.port)
    _ = first.open("can0")
    _ = second.open("can0")
    Clock.sleep(until: Clock.now() + .milliseconds(120))
    first.send("< send 7E0 3 2 3e 0 >< send 18ff50e5 0  >< send 123 9 1 >< se")
    first.send("nd 1 1 ff >")
    var heard = ""
    while heard.filter({ $0 == ">" }).count < 3 {
      let more = second.receive()
      if more.isEmpty { break }
      heard += more
    }
    #expect(heard.contains("< frame 7E0 "))
    #expect(heard.contains(" 023E00 >"))
    #expect(heard.contains("< frame 18FF50E5 "))
    #expect(heard.contains("< frame 001 "))
    #expect(first.receive() == "")
    let batch = FrameBatch()
    #expect(
      eventually {
        twin.receive(into: batch)
        return batch.count == 3
      })
    #expect(text(batch[0]) == "7e0 0 [\"2\", \"3e\", \"0\"]")
    #expect(batch[1].identifier == 0x98ff_50e5)
    batch.removeAll()
    stranger.receive(into: batch)
    #expect(batch.count == 0)
  }

  @Test func aSlowClientLosesFramesAndNobodyWaits() throws {
    let server = try SocketCANDServer(buses: ["can0"])
    defer { server.stop() }
    let twin = try server.attach(to: "can0")
    let client = try RawClient(port: server.port)
    _ = client.open("can0")
    Clock.sleep(until: Clock.now() + .milliseconds(120))
    for number in 0..<200_000 where server.dropped == 0 { _ = twin.send(numbered(UInt32(number))) }
    #expect(server.dropped > 0)
  }

  @Test func ourClientConnectsSendsReceivesAndComesBack() throws {
    var server = try SocketCANDServer(buses: ["can0"])
    let port = server.port
    let client = try SocketCANDClient(port: port, busName: "can0", bus: 2)
    #expect(client.state == .down)
    #expect(!client.send(numbered(1)))
    func connect() -> Bool {
      eventually {
        client.maintain(now: Clock.now())
        return client.state == .active
      }
    }
    for round in 1...2 {
      let twin = try server.attach(to: "can0")
      #expect(connect())
      let batch = FrameBatch()
      var frame = numbered(0x12)
      frame.length = 8
      #expect(client.send(frame))
      #expect(client.send(CANFrame(identifier: 0x18ff_50e5 | CANFrame.extendedBit)))
      #expect(
        eventually {
          twin.receive(into: batch)
          return batch.count == 2
        }, "round \(round)")
      #expect(text(batch[0]) == text(frame))
      #expect(batch[1].identifier == 0x98ff_50e5)
      Clock.sleep(until: Clock.now() + .milliseconds(120))
      for number in 0..<50 { _ = twin.send(numbered(UInt32(number))) }
      batch.removeAll()
      #expect(
        eventually {
          client.receive(into: batch)
          return batch.count == 50
        })
      #expect((0..<50).allSatisfy { number(of: batch[$0]) == UInt32($0) && batch[$0].bus == 2 })
      #expect((1..<50).allSatisfy { batch[$0].stamp >= batch[$0 - 1].stamp })
      #expect(batch[49].stamp <= Clock.now())
      server.stop()
      #expect(
        eventually {
          client.receive(into: batch)
          return client.state == .down
        })
      if round == 1 { server = try SocketCANDServer(port: port, buses: ["can0"]) }
    }
  }

  @Test(arguments: [
    "10.0.0.1", "192.168.1.5", "0.0.0.0", "example.org", "127.0.0.1.example.org", "::1",
  ])
  func anAddressThatIsNotLoopbackIsRefused(host: String) {
    #expect(throws: EdgeError.self) { try BusAddress("socketcand://\(host):29536/can0") }
  }

  @Test func addressesAreRead() throws {
    #expect(
      try BusAddress("socketcand://127.0.0.1:29536/can0")
        == .socketcand(port: 29536, bus: "can0"))
    #expect(try BusAddress("socketcand://localhost:1/x") == .socketcand(port: 1, bus: "x"))
    #expect(try BusAddress("vcan0") == .interface("vcan0"))
    for text in ["", "a/b", "socketcand://127.0.0.1/can0", "socketcand://127.0.0.1:0/can0"] {
      #expect(throws: EdgeError.self, "\(text)") { try BusAddress(text) }
    }
  }

  @Test(arguments: [
    "frame 351 1.5", "frame 351 1.5 0102", "frame 1FFFFFFF 1700000000.123456 0102030405060708",
    "error 20000004 1.000000", "send 7FF 0",
  ])
  func goodMessagesAreUnderstood(text: String) {
    #expect(SocketCANDMessage(Array(text.utf8).split(separator: 0x20)) != nil)
  }

  @Test(arguments: [
    "frame", "frame 351", "frame 800 1.5 00", "frame 351 x 00", "frame 351 1.5 0",
    "frame 351 1.5 010203040506070809", "frame 20000000 1.5 00", "frame 12345 1.5 00",
    "send 1 2 3", "send 1 9 1 2 3 4 5 6 7 8 9", "send 1 1 100", "send 1 1 zz", "open", "",
  ])
  func badMessagesAreRefused(text: String) {
    #expect(SocketCANDMessage(Array(text.utf8).split(separator: 0x20)) == nil)
  }

  @Test func aStreamSurvivesCutsNoiseAndEndlessMessages() {
    var stream = SocketCANDStream()
    var messages: [String] = []
    let noise = String(repeating: "x", count: 500)
    for byte in Array("xx>< ok >junk< fra< echo >< \(noise) >< hi >".utf8) {
      if let words = stream.take(byte) {
        messages.append(words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
      }
    }
    #expect(messages == ["ok", "echo", "hi"])
    #expect(stream.rejected == 2)
  }

  @Test func aKernelWithoutCANIsNamedWithTheWayOut() throws {
    PlannedFailure.plan(.canSocket, code: EAFNOSUPPORT)
    let error = #expect(throws: SystemError.self) {
      try SocketCAN(interface: "vcan0", bus: 0)
    }
    #expect(error?.description.contains("socketcand://") == true)
  }
}
