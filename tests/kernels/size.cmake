# The shipped library is small enough for an app.
set(most 300000)
execute_process(COMMAND ${STRIP} -o ${STRIPPED} ${LIBRARY} COMMAND_ERROR_IS_FATAL ANY)
file(SIZE ${STRIPPED} size)
if(size GREATER most)
  message(FATAL_ERROR "the stripped library has ${size} bytes, more than ${most}")
endif()
