import { useLingui } from '@lingui/react/macro'
import { ArrowDownToLine, ClipboardPaste, Copy, Eye, Link2, MessageSquareText, Network, Pencil, Pin, Play, Plus, Scissors, Search, SquareDashed, StickyNote, Trash2, Unlink, Waypoints } from 'lucide-react'
import type { ReactNode } from 'react'

import { canRun, commands, keysOf, runCommand } from '../commands/commands'
import { disconnect } from '../document/edits'
import { own } from '../document/types'
import { ContextMenu, MenuItem, MenuSeparator } from '../ui/Menu'
import { useEditorActions } from './actions'
import { useDoc, useHandle, useView } from './context'
import type { MenuTarget } from './view'

/** What can be done with what was pressed with the other mouse button, with the keys that do the same. */
export function CanvasMenu() {
  const { t } = useLingui()
  const { view } = useHandle()
  const menu = useView((state) => state.menu)
  return (
    <ContextMenu at={menu} onClose={() => view.setState({ menu: null })} label={t`Actions`}>
      {menu && <Items target={menu.target} at={menu} />}
    </ContextMenu>
  )
}

function command(id: string, icon?: ReactNode, isDanger = false) {
  const found = commands().find((each) => each.id === id)
  if (!found) return null
  return <MenuItem key={id} id={id} label={found.title} keys={keysOf(id)} icon={icon} isDisabled={!canRun(found)} isDanger={isDanger} onAction={() => runCommand(id)} />
}

function Items({ target, at }: { target: MenuTarget; at: { x: number; y: number } }) {
  const { t } = useLingui()
  const { store, view } = useHandle()
  const actions = useEditorActions()
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const point = { screen: { x: at.x, y: at.y }, place: actions.placeAt(at) }
  if (target.kind === 'canvas') {
    return (
      <>
        <MenuItem label={t`Add here…`} keys="A" icon={<Plus />} isDisabled={isReadOnly} onAction={() => actions.openAdd({ ...point, from: null })} />
        <MenuItem label={t`Add a note here`} keys="N" icon={<StickyNote />} isDisabled={isReadOnly} onAction={() => actions.addNote(point.place)} />
        {command('editor.paste', <ClipboardPaste />)}
        <MenuSeparator />
        {command('editor.all', <SquareDashed />)}
        {command('editor.find', <Search />)}
        {command('editor.tidy', <Network />)}
        {command('editor.fit')}
      </>
    )
  }
  if (target.kind === 'wire') {
    const dot = target.id.indexOf('.')
    const [node, port] = [target.id.slice(0, dot), target.id.slice(dot + 1)]
    const source = own(own(store.getState().document.nodes, node)?.inputs ?? {}, port)
    return (
      <>
        <MenuItem
          label={t`Disconnect`}
          keys="Delete"
          icon={<Unlink />}
          isDanger
          isDisabled={isReadOnly}
          onAction={() => store.getState().apply((document) => disconnect(document, node, port), t`disconnect ${node}`)}
        />
        <MenuItem label={t`Go to ${source ?? ''}`} onAction={() => actions.show(source?.split('.')[0] ?? node)} />
        <MenuItem label={t`Go to ${node}`} onAction={() => actions.show(node)} />
      </>
    )
  }
  if (target.kind === 'group') {
    const members = own(store.getState().document.groups, target.id) ?? []
    return (
      <>
        <MenuItem label={t`Choose its nodes`} icon={<SquareDashed />} onAction={() => actions.choose(members)} />
        <MenuItem label={t`Rename`} icon={<Pencil />} isDisabled={isReadOnly} onAction={() => actions.rename('group', target.id)} />
        <MenuItem
          label={t`Ungroup`}
          keys="Mod+Shift+G"
          isDisabled={isReadOnly}
          onAction={() => {
            actions.choose(members)
            actions.ungroup()
          }}
        />
      </>
    )
  }
  if (target.kind !== 'node') return <>{command('editor.copy', <Copy />)}{command('editor.delete', <Trash2 />, true)}</>
  const outputs = actions.moduleAt(target.id)?.outputs ?? []
  return (
    <>
      {outputs.length < 2
        ? command('editor.preview', <Eye />)
        : outputs.map((port) => (
            <MenuItem key={port.name} label={t`Look into ${port.title}`} icon={<Eye />} onAction={() => actions.preview(target.id, port.name)} />
          ))}
      {command('run.here', <Play />)}
      {command('editor.pin', <Pin />)}
      <MenuItem label={t`Log`} keys="L" onAction={() => view.setState({ bottom: 'log', isBottomOpen: true })} />
      <MenuSeparator />
      {command('editor.rename', <Pencil />)}
      {command('editor.comment', <MessageSquareText />)}
      {command('editor.connect', <Link2 />)}
      {command('editor.disconnect', <Unlink />)}
      {command('editor.group')}
      {command('editor.ungroup')}
      {command('editor.tidy', <Network />)}
      <MenuSeparator />
      {command('editor.copy', <Copy />)}
      {command('editor.cut', <Scissors />)}
      {command('editor.duplicate', <ArrowDownToLine />)}
      <MenuSeparator />
      {command('editor.bridge', <Waypoints />)}
      {command('editor.delete', <Trash2 />, true)}
    </>
  )
}
