import ArgumentParser
import Testing

@testable import rackctl

@Suite struct TwinOptionsTests {
  @Test func aChargeIsWrittenWithItsSign() throws {
    let twin = try Twin.parse(["--profile", "p.yaml", "--demand", "-80", "--follow"])
    #expect(twin.demand == -80 && twin.follow)
  }
}
