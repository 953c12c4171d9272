# The shipped library exports one function: anything else could take the place of another library's symbol.
execute_process(COMMAND ${NM} --dynamic --defined-only ${LIBRARY} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
if(NOT symbols MATCHES "^[0-9a-f]+ T RegisterCustomOps\n$")
  message(FATAL_ERROR "exported are:\n${symbols}")
endif()
