// What Swift cannot import of ncurses: macros, variadic functions, the global window. Text goes out
// as bytes of the locale's encoding, so a UTF-8 locale needs the wide library, which is linked.
#ifndef PHAROS_NCURSES_SHIM_H
#define PHAROS_NCURSES_SHIM_H

#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <stdbool.h>
#include <stdio.h>

enum {
  rack_screen_bold = 1,
  rack_screen_dim = 2,
  rack_screen_reverse = 4,
  rack_screen_underline = 8,
};

/// Takes the terminal over; false where its type is not known. `newterm` and not `initscr`, which
/// would end the process.
static inline bool rack_screen_open(void) {
  if (newterm(NULL, stdout, stdin) == NULL) return false;
  cbreak();
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  keypad(stdscr, TRUE);
  curs_set(0);
  set_escdelay(50);
  return true;
}

/// Gives the terminal back, cleared: a VT100 has no second screen to return to.
static inline void rack_screen_close(void) {
  erase();
  refresh();
  endwin();
}

/// Starts colours, each as the pair of its own number on the terminal's background; false where
/// there are none.
static inline bool rack_screen_start_colours(void) {
  if (!has_colors() || start_color() == ERR) return false;
  short background = use_default_colors() == OK ? -1 : COLOR_BLACK;
  for (short colour = 1; colour < 8; colour++) init_pair(colour, colour, background);
  return true;
}

static inline int rack_screen_width(void) { return getmaxx(stdscr); }
static inline int rack_screen_height(void) { return getmaxy(stdscr); }
static inline void rack_screen_erase(void) { erase(); }
static inline void rack_screen_show(void) { refresh(); }

/// Draws everything anew, whatever the terminal shows.
static inline void rack_screen_repair(void) { clearok(stdscr, TRUE); }

/// Prints bytes at a place, with looks and a colour (0 = none).
static inline void rack_screen_print(
    int row, int column, const char *bytes, int count, int looks, int colour) {
  attr_t attributes = A_NORMAL;
  if (looks & rack_screen_bold) attributes |= A_BOLD;
  if (looks & rack_screen_dim) attributes |= A_DIM;
  if (looks & rack_screen_reverse) attributes |= A_REVERSE;
  if (looks & rack_screen_underline) attributes |= A_UNDERLINE;
  attr_set(attributes, (short)colour, NULL);
  mvaddnstr(row, column, bytes, count);
}

/// The next key, or -1 when none came within the time.
static inline int rack_screen_key(int milliseconds) {
  timeout(milliseconds);
  return getch();
}

#endif
