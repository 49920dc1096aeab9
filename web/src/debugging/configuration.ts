/** What an IDE is told so that it finds a script that waits for it. */

/** The whole of a launch.json with this entry. */
export function configured(entry: Readonly<Record<string, unknown>>, node: string): string {
  const named = { name: `Bottega: ${node}`, ...entry }
  return JSON.stringify({ version: '0.2.0', configurations: [named] }, null, 2)
}

/** Whether the page comes from the machine on which it is read. */
export const isHere = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]', '::1'].includes(host) || host.endsWith('.localhost')

/** The command that brings the server's port to another machine. */
export const tunnel = (port: number, host: string): string => `ssh -N -L ${port}:127.0.0.1:${port} ${host}`
