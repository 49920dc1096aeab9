import { useState } from 'react'

import { DebugDialog } from '../debugging/DebugDialog'
import type { ParameterSchema } from '../document/catalogue'
import { runStore, useNodeState, useRun } from '../runs/state'
import { toast } from '../ui'
import { languageOf } from './languages'
import ScriptEditor from './ScriptEditor'
import { useFailure } from './useFailure'
import { useSurroundings } from './useSurroundings'

export interface ScriptFieldProps {
  experiment: string
  node: string
  parameter: ParameterSchema
  value: string
  onChange: (text: string) => void
  isReadOnly?: boolean
}

/** A parameter that is a script, with what its experiment knows of it. */
export default function ScriptField({ experiment, node, parameter, value, onChange, isReadOnly = false }: ScriptFieldProps) {
  const [isDebugging, setIsDebugging] = useState(false)
  const language = languageOf(parameter['x-code'])
  const isPython = language === 'python'
  const surroundings = useSurroundings(experiment, node, (isPython || language === 'sql') && !isReadOnly)
  const state = useNodeState(experiment, node)
  const isStarting = useRun(experiment, (all) => all.isStarting)
  const failure = useFailure(state, node, parameter.title)
  const run = () => void runStore(experiment).getState().start(node).catch((reason: unknown) => toast.error(reason))

  return (
    <>
      <ScriptEditor
        key={`${experiment}/${node}`}
        title={parameter.title}
        description={parameter.description}
        language={language}
        value={value}
        onChange={onChange}
        isReadOnly={isReadOnly}
        surroundings={surroundings}
        failure={isPython ? failure : null}
        isRunning={isStarting || state.status === 'queued' || state.status === 'running'}
        onRun={isReadOnly ? undefined : run}
        onDebug={isPython ? () => setIsDebugging(true) : undefined}
      />
      {isDebugging && (
        <DebugDialog
          node={node}
          run={state.run}
          onRun={isReadOnly ? undefined : run}
          onClose={() => setIsDebugging(false)}
        />
      )}
    </>
  )
}
