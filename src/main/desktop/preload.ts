// The bridge between page and shell: three functions, and nothing of Electron itself.
import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import type { WindowEvent } from '../../shared/events.ts';
import type { CallReply, WindowBridge } from '../../shared/session-contract.ts';
import { CHANNELS } from './channels.ts';

const bridge: WindowBridge = {
  call: (name, input) => ipcRenderer.invoke(CHANNELS.call, name, input) as Promise<CallReply>,
  subscribe: (listener, last) => {
    const hear = (_: IpcRendererEvent, event: WindowEvent): void => listener(event);
    ipcRenderer.on(CHANNELS.event, hear);
    ipcRenderer.send(CHANNELS.subscribe, last);
    return () => {
      ipcRenderer.off(CHANNELS.event, hear);
      ipcRenderer.send(CHANNELS.unsubscribe);
    };
  },
  // Only a File that a person dropped or picked has a path; one that a script made has none.
  pathForFile: (file) => {
    const path = webUtils.getPathForFile(file as File);
    if (path !== '') ipcRenderer.send(CHANNELS.allow, path);
    return path;
  },
};

contextBridge.exposeInMainWorld('whittle', bridge);
