# Builds the program.
{ pkgs ? import <nixpkgs> { }, lib, ... }:

let
  version = "1.0";
  # Adds one.
  addOne = x: y: x + y;
  settings = {
    port = 8080;
    nested.deep = true;
  };
  inherit (pkgs) stdenv;
in
rec {
  orders = stdenv.mkDerivation {
    pname = "orders";
    inherit version;
    buildInputs = [ pkgs.openssl ];
    installPhase = ''
      make install
    '';
  };

  services.orders = {
    enable = lib.mkEnableOption "orders";
    package = orders;
  };

  overlay = final: prev: {
    orders = orders;
  };
}
