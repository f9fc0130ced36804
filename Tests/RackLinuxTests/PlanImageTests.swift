import RackCore
import Testing

@testable import RackLinux

@Suite struct PlanImageTests {
  @Test func anImageReadsBackToTheSamePlan() throws {
    var plan = smallPlan()
    let image = PlanImage.bytes(of: &plan.value)
    var other = Boxed<Plan>()
    let digest = try PlanImage.read(image, from: "image", into: &other.value)
    #expect(digest == PlanImage.digest(of: &plan.value))
    #expect(PlanImage.bytes(of: &other.value) == image)
    #expect(other.value.lines.outputs[8].name.text == "beat")
  }

  @Test func anyChangedByteIsRefused() {
    var plan = smallPlan()
    let image = PlanImage.bytes(of: &plan.value)
    for byte in 0..<image.count where byte < 200 || byte % 97 == 0 || byte == image.count - 1 {
      if (20..<24).contains(byte) { continue }  // spare
      var damaged = image
      damaged[byte] ^= 0x10
      var other = Boxed<Plan>()
      #expect(throws: EdgeError.self, "byte \(byte)") {
        try PlanImage.read(damaged, from: "image", into: &other.value)
      }
    }
  }

  @Test func anyCutIsRefused() {
    var plan = smallPlan()
    let image = PlanImage.bytes(of: &plan.value)
    for count in stride(from: 0, to: image.count, by: 13) {
      var other = Boxed<Plan>()
      #expect(throws: EdgeError.self, "\(count) bytes") {
        try PlanImage.read(Array(image[0..<count]), from: "image", into: &other.value)
      }
    }
  }

  @Test func anotherLayoutIsNamed() {
    var plan = smallPlan()
    var image = PlanImage.bytes(of: &plan.value)
    image[8] = 77
    var other = Boxed<Plan>()
    let error = #expect(throws: EdgeError.self) {
      try PlanImage.read(image, from: "image", into: &other.value)
    }
    #expect(error?.description.contains("layout 77") == true)
    #expect(error?.description.contains("compile the profile again") == true)
  }

  @Test func countsBeyondTheArraysAreRefused() {
    var plan = smallPlan()
    plan.value.buses.signalCount = 5000
    let image = PlanImage.bytes(of: &plan.value)
    var other = Boxed<Plan>()
    #expect(throws: EdgeError.self) {
      try PlanImage.read(image, from: "image", into: &other.value)
    }
  }

  @Test func aMissingFileIsNoInput() {
    var plan = Boxed<Plan>()
    let error = #expect(throws: EdgeError.self) {
      try PlanImage.read(path: "/nonexistent/plan.image", into: &plan.value)
    }
    #expect(error?.kind == .noInput)
  }

  @Test func theChecksumIsTheOneOfZipAndEthernet() {
    #expect(Checksum32.of(Array("123456789".utf8)) == 0xcbf4_3926)
  }
}
