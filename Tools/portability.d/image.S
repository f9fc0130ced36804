// The plan image, IMAGE, as bytes.
  .section .rodata
  .global image_begin, image_end
  .balign 8
image_begin:
  .incbin IMAGE
image_end:
  .byte 0
#ifdef __ELF__
  .section .note.GNU-stack,"",%progbits
#endif
