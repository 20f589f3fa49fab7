"""Why a mail server cannot be reached, in Chinese, for both directions."""

from __future__ import annotations

import socket
import ssl

from mailbot.config import Server


def cannot_connect(doing: str, server: Server, error: BaseException) -> str:
    """Say in Chinese why no connection to `server` came about; `doing` is 收信 or 发信."""
    place = f"连不上{doing}服务器 {server.host}:{server.port}："
    match error:
        case ssl.SSLCertVerificationError():
            return place + "服务器证书没有通过验证，请检查服务器地址是否写对、本机时间是否正确"
        case ssl.SSLError():
            return place + "加密连接没有建立，请检查端口和加密方式（993/465 用 tls，143/25 用 starttls）"
        case socket.gaierror():
            return place + "找不到这个地址，请检查服务器名称和网络"
        case ConnectionRefusedError():
            return place + "端口没有开放，请检查端口号"
        case TimeoutError():
            return place + f"{server.connect_timeout:.0f} 秒内没有连上，请检查网络或防火墙"
        case _:
            return place + "连接没有建立，请检查网络、端口和加密方式"
