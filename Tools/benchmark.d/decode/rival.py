"""Makes a library out of what cantools generates from a DBC file: a rival for the core's decode.

rival.py DBC BUILD_DIRECTORY [COMPILER OPTION...]

`double rival(const struct frame *, size_t)` does with every frame what a program around the generated
code would do: look at the identifier, unpack, decode every signal to a double, check its range, and
store it. The generated code checks neither counters nor checksums.
"""

import pathlib
import re
import subprocess
import sys

import cantools
from cantools.database.can.c_source import camel_to_snake_case

DRIVER = """
#include <stddef.h>
#include <stdint.h>
#include "generated.h"

// As the core holds a frame.
struct __attribute__((packed)) frame {{
  int64_t stamp;
  uint32_t identifier;
  uint8_t bus, length, flags, data[64], padding;
}};

struct value {{
  double value;
  int64_t stamp;
  uint8_t is_good;
}};

static struct value values[{count}];

static inline void store(size_t place, double value, int is_good, int64_t stamp) {{
  if (is_good) {{
    values[place].value = value;
    values[place].stamp = stamp;
  }}
  values[place].is_good = (uint8_t)is_good;
}}

double rival(const struct frame *frames, size_t count) {{
  for (size_t index = 0; index < count; index++) {{
    const struct frame *frame = &frames[index];
    switch (frame->identifier) {{
{cases}
      default: break;
    }}
  }}
  double sum = 0;
  for (size_t place = 0; place < {count}; place++) sum += values[place].value;
  return sum;
}}
"""


def main():
    dbc, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    compiler = sys.argv[3:] or ["cc", "-O3"]
    directory.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "cantools", "generate_c_source", "--database-name", "generated",
         "--output-directory", str(directory), dbc],
        check=True, stdout=subprocess.DEVNULL)
    header = (directory / "generated.h").read_text()
    functions = set(re.findall(r"\b(generated_\w+_decode)\(", header))
    cases, place = [], 0
    for message in cantools.database.load_file(dbc).messages:
        name = camel_to_snake_case(message.name)
        identifier = message.frame_id | (0x80000000 if message.is_extended_frame else 0)
        lines = [f"      case 0x{identifier:x}u: {{",
                 f"        struct generated_{name}_t message;",
                 f"        if (generated_{name}_unpack(&message, frame->data, frame->length) != 0) break;"]
        for signal in message.signals:
            field = camel_to_snake_case(signal.name)
            function = f"generated_{name}_{field}"
            # An application has no use for the two that the core only checks.
            if signal.name in ("Counter", "CRC"):
                continue
            if f"{function}_decode" not in functions:
                sys.exit(f"{function}_decode is not in what cantools generated")
            lines.append(
                f"        store({place}, {function}_decode(message.{field}), "
                f"{function}_is_in_range(message.{field}), frame->stamp);")
            place += 1
        cases.append("\n".join(lines + ["        break;", "      }"]))
    driver = directory / "rival.c"
    driver.write_text(DRIVER.format(count=place, cases="\n".join(cases)))
    subprocess.run(
        [*compiler, "-shared", "-fPIC", "-o", str(directory / "rival.so"), str(driver),
         str(directory / "generated.c")], check=True)


main()
