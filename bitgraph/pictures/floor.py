"""The least that any plan leaves: what one node needs at once."""

import onnx_ir as ir

from bitgraph.graph.peak import Timeline


def floor_of(timeline: Timeline) -> tuple[ir.Node, int]:
    """Return the node that needs the most by itself, and the bytes that it reads, writes and scratches.

    The same as ``Timeline.working_set`` for the greediest node, in one walk over the step.
    """
    buffer_of = {value: buffer for buffer in timeline.buffers for value in buffer.values}
    changes = [0] * (len(timeline.order) + 2)
    for buffer in timeline.buffers:
        changes[buffer.born] += buffer.nbytes
        changes[buffer.dies + 1] -= buffer.nbytes
    alive, most = 0, (timeline.order[0], 0)
    for place, node in enumerate(timeline.order):
        alive += changes[place]
        values = (*timeline.loaded.reads(node), *node.outputs)
        touched = {id(buffer_of[value]): buffer_of[value].nbytes for value in values if value in buffer_of}
        own = sum(touched.values()) + timeline.live[place] - timeline.frame - alive
        if own > most[1]:
            most = (node, own)
    return most
