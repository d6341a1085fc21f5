// This computer, the settings, caches, licences and diagnostics, as calls.
import type { machineCalls } from '../../../shared/session/machine-calls.ts';
import { clearCache, listCaches } from '../machine/caches.ts';
import { describeMachine } from '../machine/describe-machine.ts';
import { listLicences } from '../machine/list-licences.ts';
import { writeDiagnostics } from '../machine/write-diagnostics.ts';
import { type HandlersOf, OK, type Services } from './services.ts';

export type MachineHandlers = Omit<HandlersOf<typeof machineCalls>, 'getFirstRun' | 'startFirstRun'>;

export function machineHandlers(services: Services): MachineHandlers {
  const { settings, home, emit, permissions, speed, device } = services;
  const machine = async () =>
    describeMachine({ settings, probe: speed.last, device: await device.get(settings.device.gpu) });
  const answer = () => {
    emit({ type: 'settings-changed' });
    openFolders(services);
    return { settings: settings.settings, defaults: settings.defaults };
  };
  return {
    getMachine: machine,
    measureSpeed: (input, signal) => speed.measure({ ...settings.device, ...withoutUndefined(input) }, signal),
    getSettings: () => ({ settings: settings.settings, defaults: settings.defaults }),
    setSettings: ({ changes }) => {
      const { outputFolder } = changes;
      if (outputFolder) permissions.check(outputFolder);
      settings.change(withoutUndefined(changes));
      return answer();
    },
    resetSetting: ({ key }) => {
      settings.reset(key);
      return answer();
    },
    listCaches: () => ({ caches: listCaches(home) }),
    clearCache: ({ id }) => {
      clearCache(home, id);
      return OK;
    },
    listLicences: () => ({ licences: listLicences() }),
    getDiagnostics: async () => ({
      text: writeDiagnostics({
        machine: await machine(),
        settings: settings.settings,
        jobs: services.queue.list(),
      }),
    }),
  };
}

/** Folders that a person set may be read and written from now on. */
export function openFolders({ settings, permissions }: Pick<Services, 'settings' | 'permissions'>): void {
  for (const folder of settings.settings.modelFolders) permissions.allowFolder(folder);
  permissions.allowFolder(settings.outputFolder);
}

function withoutUndefined<T extends object>(input: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
