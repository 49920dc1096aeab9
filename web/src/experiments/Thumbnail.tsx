import { memo } from 'react'

import type { Graph } from '../api/experiments'
import { box, picture } from './picture'
import styles from './Thumbnail.module.css'

/** An experiment's graph, small. Its title stands beside it, so it has no name of its own. */
export const Thumbnail = memo(function Thumbnail({ graph }: { graph: Graph }) {
  if (!graph.nodes.length) return <div className={styles.frame} aria-hidden />
  const { viewBox, boxes, wires } = picture(graph)
  return (
    <svg className={styles.frame} viewBox={viewBox} aria-hidden>
      {wires.map((wire, at) => (
        <path key={at} d={wire} className={styles.wire} />
      ))}
      {boxes.map(({ id, x, y }) => (
        <rect key={id} x={x} y={y} width={box.width} height={box.height} rx={14} className={styles.box} />
      ))}
    </svg>
  )
})
