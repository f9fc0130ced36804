"""Lives that are killed while they close or carry."""
import time

from rack import Finding

UNCLEAN = 905
COILS_ON = ("precharge", "closed", "opening")


def carrying(rack, count, chance):
    rack.start()
    time.sleep(12)
    rack.kill()
    floor, seen = None, {}
    for number in range(1, count + 1):
        rack.start_twin("--demand", str(chance.choice([80, -80])))
        rack.start()
        floor = floor or rack.restored()
        rack.wait_for(lambda: may_close(rack), f"life {number}: nothing stands in the way of closing", 60)
        # What was latched has been cleared; the other deaths judge latches.
        floor["latched"] = 0
        if not rack.ask("contactor", "close"):
            raise Finding(f"life {number}: the close was refused")
        time.sleep(chance.uniform(0, 8))
        told = rack.status()
        rack.kill()
        state, soc = told["state"], told["soc_percent"]
        seen[state] = seen.get(state, 0) + 1
        death = f"life {number}, killed in {state}"
        rack.start()
        floor = rack.judge(death, floor)
        if floor["soc"] is None or abs(floor["soc"] - soc) > 0.5:
            raise Finding(f"{death}: SOC was {soc}, {floor['soc']} is restored")
        if state in COILS_ON:
            rack.wait_for(lambda: stands(rack, UNCLEAN), f"{death}: an unclean stop", 5)
            if rack.ask("contactor", "close"):
                raise Finding(f"{death}: closed over an unclean stop")
        rack.kill()
    lives = ", ".join(f"{count} in {state}" for state, count in sorted(seen.items()))
    print(f"figure: killed {lives}: {rack.figures()}")


def may_close(rack):
    """Acknowledges what the last death left, and looks."""
    rack.ask("faults", "clear", "0")
    time.sleep(0.5)
    return not rack.status()["obstacles"]


def stands(rack, number):
    return any(fault["id"] == number for fault in rack.status()["faults"])
